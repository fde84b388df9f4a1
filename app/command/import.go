package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/edge/exchange"
	"comptoir/office/imports"
)

// importFlags are what the command line says of a file.
type importFlags struct {
	columns                            []string
	dryRun, asJSON, update             bool
	opening, source, decimal, dateForm string
}

func (l *line) imports() *cobra.Command {
	var f importFlags
	c := &cobra.Command{Use: "import " + strings.Join(imports.Kinds(), "|") + " FILE", Short: l.t("cli.import"), Args: cobra.ExactArgs(2), ValidArgs: imports.Kinds(),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(imports.Kinds(), args[0]) {
				return errors.Join(errUsage, errors.New(l.t("cli.import.usage", "what", strings.Join(imports.Kinds(), ", "))))
			}
			return l.importFile(c, args[0], args[1], f)
		}}
	c.Flags().StringArrayVar(&f.columns, "map", nil, l.t("cli.flag.map"))
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, l.t("cli.flag.dry_run"))
	c.Flags().BoolVar(&f.update, "update", false, l.t("cli.flag.update"))
	c.Flags().StringVar(&f.opening, "opening", "", l.t("cli.flag.opening"))
	c.Flags().StringVar(&f.source, "source", "", l.t("cli.flag.source"))
	c.Flags().StringVar(&f.decimal, "decimal", "", l.t("cli.flag.decimal"))
	c.Flags().StringVar(&f.dateForm, "dates", "", l.t("cli.flag.dates"))
	c.Flags().BoolVar(&f.asJSON, "json", false, l.t("cli.flag.json"))
	return c
}

func (l *line) importFile(c *cobra.Command, kind, path string, f importFlags) (err error) {
	ctx := c.Context()
	content, err := readLimited(path)
	if err != nil {
		return err
	}
	table, _, err := app.ReadImport(path, content)
	if err != nil {
		return err
	}
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: l.app(app.PortalOff).FolderInUse(), Clock: l.Clock})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close(ctx)) }()
	who := actor.Shell(l.lang)
	o, fields, err := h.Imports.Propose(ctx, who, kind, table)
	if err != nil {
		return err
	}
	if !f.apply(&o, table, fields) {
		return errors.Join(errUsage, errors.New(l.t("cli.import.map", "what", strings.Join(f.columns, " "))))
	}
	report, err := h.Imports.Check(ctx, who, kind, table, o)
	if err != nil {
		return err
	}
	told := app.TellImport(l.lang, fields, report)
	if report.Faults > 0 || f.dryRun {
		l.tellImport(told, f.asJSON)
		if report.Faults > 0 {
			return errSaid{errors.New("faults")}
		}
		return nil
	}
	show, end := l.bar(l.t("cli.import.doing"))
	done, err := h.Imports.Import(ctx, who, imports.Run{Key: "shell-" + id.Random()(), Kind: kind, Options: o}, table, show)
	end()
	if err != nil {
		return err
	}
	told.Stored, told.Made, told.Changed, told.Skipped = true, int(done.Made), int(done.Changed), int(done.Skipped)
	l.tellImport(told, f.asJSON)
	return nil
}

// readLimited reads a file that is not beyond what an import may be.
func readLimited(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.Size() > exchange.MaxReadBytes {
		return make([]byte, exchange.MaxReadBytes+1), nil // refused in words by the reader
	}
	return os.ReadFile(path)
}

// apply sets what the flags say: --map field=column, the column by its name or its number.
func (f importFlags) apply(o *imports.Options, t imports.Table, fields []imports.Field) bool {
	if f.update {
		o.Existing = imports.Update
	}
	for at, v := range map[*string]string{&o.OpeningOn: f.opening, &o.Source: f.source, &o.Decimal: f.decimal, &o.DateOrder: f.dateForm} {
		if v != "" {
			*at = v
		}
	}
	for _, m := range f.columns {
		field, column, found := strings.Cut(m, "=")
		i := columnOf(column, *o, t)
		if !found || i < 0 || !slices.ContainsFunc(fields, func(x imports.Field) bool { return x.ID == field || x.Name == field && field != "" }) {
			return false
		}
		for j, id := range o.Columns {
			if id == field {
				o.Columns[j] = ""
			}
		}
		for _, x := range fields {
			if x.Name == field {
				field = x.ID
			}
		}
		o.Columns[i] = field
	}
	return true
}

func columnOf(name string, o imports.Options, t imports.Table) int {
	if o.Head > 0 {
		for i, h := range t.Rows[o.Head-1] {
			if strings.EqualFold(strings.TrimSpace(h), strings.TrimSpace(name)) && i < len(o.Columns) {
				return i
			}
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(o.Columns) {
		return n - 1
	}
	return -1
}

func (l *line) tellImport(r app.ImportReport, asJSON bool) {
	if asJSON {
		_ = json.NewEncoder(l.Out).Encode(r) // the reader may be gone
		return
	}
	for _, p := range r.Problems {
		where := l.t("cli.import.row", "row", p.Row, "column", p.Column)
		if p.Row == 0 {
			where = p.Column
		}
		if p.Value != "" {
			where += fmt.Sprintf(" %q", p.Value)
		}
		_, _ = fmt.Fprintf(l.Err, "%s : %s\n", where, p.Message)
	}
	key := "cli.import.would"
	switch {
	case r.Faults > 0:
		_, _ = fmt.Fprintln(l.Err, l.t("fault.import.problems", "count", r.Faults))
		return
	case r.Stored:
		key = "cli.import.done"
	}
	_, _ = fmt.Fprintln(l.Out, l.t(key, "made", r.Made, "changed", r.Changed, "skipped", r.Skipped))
}

// bar shows how far long work is on a terminal, nothing elsewhere.
func (l *line) bar(words string) (show func(done, total int), end func()) {
	if f, isFile := l.Err.(*os.File); !isFile || !term.IsTerminal(int(f.Fd())) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(l.Err), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription(words))
	return func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // a bar that cannot draw is no reason to stop
	}, func() { _ = bar.Finish() }
}
