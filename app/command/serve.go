package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"comptoir/app"
)

type serveOptions struct {
	desk     string
	portal   string
	noDesk   bool
	noPortal bool
	noLAN    bool
}

func (l *line) serve() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{Use: "serve", Short: l.t("cli.serve"), Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		if o.noDesk && o.noPortal {
			return errors.Join(errUsage, errors.New(l.t("cli.serve.nothing")))
		}
		return l.run(c.Context(), o)
	}}
	c.Flags().StringVar(&o.desk, "desk", "127.0.0.1:0", l.t("cli.flag.desk"))
	c.Flags().StringVar(&o.portal, "portal", "", l.t("cli.flag.portal"))
	c.Flags().BoolVar(&o.noDesk, "no-desk", false, l.t("cli.flag.no_desk"))
	c.Flags().BoolVar(&o.noPortal, "no-portal", false, l.t("cli.flag.no_portal"))
	c.Flags().BoolVar(&o.noLAN, "no-lan", false, l.t("cli.flag.no_lan"))
	return c
}

// run serves the desk on loopback and the portal, tells both addresses when they are
// ready, and ends in order when it is told to.
func (l *line) run(ctx context.Context, o serveOptions) error {
	portal := o.portal
	if o.noPortal {
		portal = app.PortalOff
	}
	a := l.app(portal)
	a.KeepOffNetwork(o.noLAN || o.noDesk)
	a.Start(ctx)
	defer a.Stop(context.WithoutCancel(ctx))
	if o.noDesk && a.House() == nil {
		return a.Reason()
	}
	var desk *app.Desk
	if !o.noDesk {
		var err error
		if desk, err = a.ServeDesk(ctx, o.desk); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(l.Out, "desk "+desk.URL())
	}
	if address := a.OnNetwork(); address != "" {
		_, _ = fmt.Fprintln(l.Out, "lan "+address)
	}
	url, failure := a.Portal()
	if url != "" {
		_, _ = fmt.Fprintln(l.Out, "portal "+url)
	}
	if failure != nil && (o.portal != "" || o.noDesk) {
		return failure // asked for by name and not to be had
	}
	<-ctx.Done()
	if desk == nil {
		return nil
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return desk.Stop(stop)
}
