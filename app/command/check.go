package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"comptoir/app"
	"comptoir/core/locale"
)

func (l *line) check() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "check", Short: l.t("cli.check"), Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		report, err := app.CheckCompany(c.Context(), l.app(app.PortalOff).FolderInUse(), l.lang)
		if err != nil {
			return err
		}
		if asJSON {
			if err := json.NewEncoder(l.Out).Encode(report); err != nil {
				return err
			}
		} else {
			l.tellCheck(report)
		}
		if !report.Sound {
			return errSaid{errors.New("faults")}
		}
		return nil
	}}
	c.Flags().BoolVar(&asJSON, "json", false, l.t("cli.flag.json"))
	return c
}

func (l *line) tellCheck(r app.CheckReport) {
	for _, what := range slices.Sorted(maps.Keys(r.Counted)) {
		_, _ = fmt.Fprintf(l.Out, "%s : %s\n", l.t("cli.counted."+what), locale.Integer(l.lang, r.Counted[what]))
	}
	if r.Sound {
		_, _ = fmt.Fprintln(l.Out, l.t("cli.check.sound"))
		return
	}
	_, _ = fmt.Fprintln(l.Err, l.t("cli.check.faults", "n", len(r.Faults)))
	for _, f := range r.Faults {
		_, _ = fmt.Fprintln(l.Err, "- "+f.Text)
	}
}

func (l *line) version() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "version", Short: l.t("cli.version"), Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		v := struct {
			Version string `json:"version"`
			Commit  string `json:"commit"`
			SQLite  string `json:"sqlite"`
			Schema  int64  `json:"schema"`
			Go      string `json:"go"`
			Window  bool   `json:"window"`
		}{l.Version, l.Commit, app.SQLite(), app.Schema(), runtime.Version(), windowBuilt}
		if asJSON {
			return json.NewEncoder(l.Out).Encode(v)
		}
		_, err := fmt.Fprintf(l.Out, "comptoir %s (%s) · SQLite %s · %s %d\n", v.Version, v.Commit, v.SQLite, l.t("cli.schema"), v.Schema)
		return err
	}}
	c.Flags().BoolVar(&asJSON, "json", false, l.t("cli.flag.json"))
	return c
}
