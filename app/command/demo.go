package command

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"comptoir/app"
	"comptoir/app/demo"
)

func (l *line) demo() *cobra.Command {
	o := app.DemoOptions{Options: demo.Options{}}
	var asJSON bool
	c := &cobra.Command{Use: "demo", Short: l.t("cli.demo"), Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		o.Folder = l.data
		if o.Folder == "" {
			o.Folder = l.app(app.PortalOff).DemoFolder()
		}
		o.Now = l.Clock()
		show, done := l.bar(l.t("cli.demo.doing"))
		o.Progress = show
		sum, err := app.MakeDemo(c.Context(), o)
		done()
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(l.Out).Encode(sum)
		}
		l.tellDemo(o.Folder, sum)
		return nil
	}}
	c.Flags().IntVar(&o.Documents, "documents", demo.DefaultDocuments, l.t("cli.flag.documents"))
	c.Flags().IntVar(&o.Customers, "customers", 0, l.t("cli.flag.customers"))
	c.Flags().Int64Var(&o.Seed, "seed", 1, l.t("cli.flag.seed"))
	c.Flags().BoolVar(&o.Reset, "reset", false, l.t("cli.flag.reset"))
	c.Flags().BoolVar(&asJSON, "json", false, l.t("cli.flag.json"))
	return c
}

func (l *line) tellDemo(folder string, s demo.Summary) {
	p := func(key string, args ...any) { _, _ = fmt.Fprintln(l.Out, l.t(key, args...)) }
	p("cli.demo.made", "company", s.Company, "folder", folder)
	p("cli.demo.counts", "customers", s.Customers, "items", s.Items, "documents", s.Documents+s.Recurring, "drafts", s.Drafts, "payments", s.Payments)
	p("cli.demo.more", "quotes", s.Quotes, "credits", s.Credits, "templates", s.Templates)
	if s.PapersLater {
		p("cli.demo.papers_later")
	}
	if len(s.Users) > 0 {
		p("cli.demo.users")
		for _, x := range s.Users {
			_, _ = fmt.Fprintf(l.Out, "  %s  %s  (%s, %s)\n", x.Email, x.Password, x.Name, l.t("common.role."+x.Role))
		}
	}
	if len(s.SignIns) > 0 {
		p("cli.demo.sign_ins")
		for _, x := range s.SignIns {
			_, _ = fmt.Fprintf(l.Out, "  %s  %s  (%s, %s)\n", x.UserName, x.Password, x.Name, x.Customer)
		}
	}
}
