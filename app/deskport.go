package app

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// What is typed in a browser is kept beside its page, by host and port: the desk comes back at the port that it had.

// listenDesk opens the desk's listener. Port 0 is the one of the last time where it is free, else any.
func (a *App) listenDesk(ctx context.Context, host, port string) (net.Listener, error) {
	var open net.ListenConfig
	if port != "0" || a.cfg.Recent == "" {
		return open.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	}
	file := filepath.Join(filepath.Dir(a.cfg.Recent), "desk-port")
	if b, err := os.ReadFile(file); err == nil { // #nosec G304 -- beside the list of companies
		if n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 16); err == nil && n > 1023 {
			if ln, err := open.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.FormatUint(n, 10))); err == nil {
				return ln, nil
			}
			return open.Listen(ctx, "tcp", net.JoinHostPort(host, port)) // another program has it today
		}
	}
	ln, err := open.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	_, bound, _ := net.SplitHostPort(ln.Addr().String()) // the listener's own
	if os.MkdirAll(filepath.Dir(file), 0o700) == nil {
		_ = os.WriteFile(file, []byte(bound), 0o600) // a convenience: one that cannot be written is as good as none
	}
	return ln, nil
}
