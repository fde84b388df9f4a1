// Package command is the command line of the one binary.
//
// What lives here: commands, flags, what they print and their exit codes. What must not:
// what the commands do (app, office). Called by main with the built frontend and the
// function that opens the window.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"comptoir/app"
	"comptoir/core/fault"
	"comptoir/core/locale"
)

// Program is what main gives.
type Program struct {
	Args    []string
	Assets  fs.FS
	Window  func(ctx context.Context, a *app.App) error // opens the window, returns when it is closed
	Version string
	Commit  string
	Out     io.Writer // nil: standard output
	Err     io.Writer // nil: standard error
	Clock   func() time.Time
}

// Exit codes (spec/command-line).
const (
	ok      = 0
	refused = 1
	misused = 2
)

// errUsage marks a wrong use of the command line.
var errUsage = errors.New("usage")

// line is one run of the program.
type line struct {
	Program
	lang locale.Lang
	data string
}

// Main runs the program and gives its exit code.
func Main(p Program) int {
	if p.Out == nil {
		p.Out = os.Stdout
	}
	if p.Err == nil {
		p.Err = os.Stderr
	}
	if p.Clock == nil {
		p.Clock = time.Now
	}
	tighten()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l := &line{Program: p, lang: langOf(os.Getenv)}
	root := l.root()
	root.SetArgs(p.Args)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ok
	}
	var said errSaid
	if !errors.As(err, &said) {
		_, _ = fmt.Fprintln(p.Err, l.sentence(err))
	}
	if errors.Is(err, errUsage) || isUsage(err) {
		return misused
	}
	return refused
}

// errSaid is a failure whose words were printed already.
type errSaid struct{ error }

// isUsage tells cobra's own complaints about flags and commands.
func isUsage(err error) bool {
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "invalid argument", "flag needs", "accepts ", "requires ", "bad flag"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

// sentence is what a person reads of a failure.
func (l *line) sentence(err error) string {
	f, found := fault.As(err)
	if !found {
		return "comptoir: " + err.Error()
	}
	message, fields := locale.FaultText(l.lang, f)
	for path, text := range fields {
		message += "\n  " + path + " : " + text
	}
	return message
}

// langOf reads the language of the locale as POSIX orders it.
func langOf(env func(string) string) locale.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		v := env(name)
		if v == "" {
			continue
		}
		if strings.HasPrefix(strings.ToLower(v), "en") {
			return locale.EN
		}
		if strings.HasPrefix(strings.ToLower(v), "fr") {
			return locale.FR
		}
		break // C, POSIX and others say nothing
	}
	return locale.FR
}

func (l *line) t(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return locale.T(l.lang, key, m)
}

func (l *line) root() *cobra.Command {
	root := &cobra.Command{
		Use: "comptoir", Short: l.t("cli.root"), SilenceErrors: true, SilenceUsage: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return l.open(c.Context()) },
	}
	root.PersistentFlags().StringVar(&l.data, "data", "", l.t("cli.flag.data"))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errors.Join(errUsage, err) })
	root.AddCommand(l.serve(), l.demo(), l.check(), l.export(), l.imports(), l.verify(), l.user(), l.version())
	return root
}

// app makes the program; logs go to standard error, one line an event.
func (l *line) app(portal string) *app.App {
	level := slog.LevelInfo
	return app.New(app.Config{Folder: l.data, Assets: l.Assets, Lang: l.lang, Clock: l.Clock, Version: l.Version, Portal: portal,
		Log: slog.New(slog.NewTextHandler(l.Err, &slog.HandlerOptions{Level: level}))})
}

// hasDisplay tells whether a window can be shown.
func hasDisplay() bool { return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" }

// open shows the window, or where there is no display says so and serves a browser.
func (l *line) open(ctx context.Context) error {
	if !hasDisplay() || !windowBuilt {
		_, _ = fmt.Fprintln(l.Err, l.t("cli.no_display"))
		return l.run(ctx, serveOptions{desk: "127.0.0.1:0"})
	}
	a := l.app("")
	a.Start(ctx)
	defer a.Stop(context.WithoutCancel(ctx))
	return l.Window(ctx, a)
}
