package command

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/fault"
)

func (l *line) export() *cobra.Command {
	var form, out string
	c := &cobra.Command{Use: "export " + strings.Join(app.Exports(), "|"), Short: l.t("cli.export"), Args: cobra.ExactArgs(1), ValidArgs: app.Exports(),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(app.Exports(), args[0]) || !slices.Contains([]string{"csv", "json", "xlsx"}, form) || out == "" {
				return errors.Join(errUsage, errors.New(l.t("cli.export.usage", "what", strings.Join(app.Exports(), ", "))))
			}
			ctx := c.Context()
			h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: l.app(app.PortalOff).FolderInUse(), Clock: l.Clock})
			if err != nil {
				return err
			}
			err = writeFile(out, func(f *os.File) error { return h.Export(ctx, actor.Shell(l.lang), args[0], form, f) })
			return errors.Join(err, h.Close(ctx))
		}}
	c.Flags().StringVar(&form, "format", "csv", l.t("cli.flag.format"))
	c.Flags().StringVar(&out, "out", "", l.t("cli.flag.out"))
	return c
}

// writeFile writes beside and moves into place when it is whole: an export that failed
// leaves what was.
func writeFile(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".comptoir-*")
	if err != nil {
		return fault.New(fault.Unavailable, "fault.disk_error").With(err)
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
