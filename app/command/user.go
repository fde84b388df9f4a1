package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/text"
)

// user is for the owner at the machine: who can sign in, and a way back in for who forgot the password.
func (l *line) user() *cobra.Command {
	c := &cobra.Command{Use: "user", Short: l.t("cli.user"), Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(l.userList(), l.userReset(), l.userRecovery())
	return c
}

// withHouse opens the company that is meant, which must not be open elsewhere.
func (l *line) withHouse(c *cobra.Command, do func(h *app.House) error) error {
	h, err := app.OpenHouse(c.Context(), app.HouseOptions{Folder: l.app(app.PortalOff).FolderInUse(), Clock: l.Clock})
	if err != nil {
		return err
	}
	return errors.Join(do(h), h.Close(c.Context()))
}

func (l *line) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: l.t("cli.user.list"), Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return l.withHouse(c, func(h *app.House) error {
			list, err := h.Users.List(c.Context(), actor.Shell(l.lang))
			for _, u := range list {
				_, _ = fmt.Fprintf(l.Out, "%s  %s  %s  %s  %s\n", u.Code, text.Line(u.Name), text.Line(u.Email), l.t("common.role."+string(u.Role)), l.t("cli.user.state."+u.State))
			}
			return err
		})
	}}
}

// userReset prints a code that chooses a password once, on the sign-in page. Nothing secret is typed here.
func (l *line) userReset() *cobra.Command {
	var dropFactor bool
	c := &cobra.Command{Use: "reset-password [E-MAIL]", Short: l.t("cli.user.reset"), Args: cobra.MaximumNArgs(1), RunE: func(c *cobra.Command, args []string) error {
		email := ""
		if len(args) == 1 {
			email = args[0]
		}
		return l.withHouse(c, func(h *app.House) error {
			u, link, err := h.Users.ResetAtMachine(c.Context(), actor.Shell(l.lang), email, dropFactor)
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(l.Out, "%s\n%s\n", l.t("cli.user.code", "name", text.Line(u.Name), "email", text.Line(u.Email)), h.Users.Token(link.PublicID))
			return nil
		})
	}}
	c.Flags().BoolVar(&dropFactor, "drop-factor", false, l.t("cli.flag.drop_factor"))
	return c
}

// userRecovery prints another recovery code of the account, where the paper with the first one was lost.
func (l *line) userRecovery() *cobra.Command {
	return &cobra.Command{Use: "recovery-code", Short: l.t("cli.user.recovery"), Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return l.withHouse(c, func(h *app.House) error {
			code, err := h.Users.RecoveryAtMachine(c.Context(), actor.Shell(l.lang))
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(l.Out, "%s\n%s\n", l.t("cli.user.recovery_code"), code)
			return nil
		})
	}}
}
