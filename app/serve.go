package app

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/office/users"
)

// assets serves the built frontend; every address that is no file is the window's own
// page, since the window routes by itself.
func assets(files fs.FS) http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name != "" {
			if st, err := fs.Stat(files, name); err != nil || st.IsDir() {
				if strings.Contains(name, ".") {
					http.NotFound(w, r)
					return
				}
				r.URL.Path = "/"
			}
		}
		if strings.HasPrefix(name, "assets/") { // their names carry a hash of their content
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		server.ServeHTTP(w, r)
	})
}

// Desk is the back office on a loopback listener.
type Desk struct {
	guard  *guard
	server *http.Server
	done   chan error
}

// ErrNotLoopback refuses to show the back office to a network (spec/security, Listeners).
var ErrNotLoopback = fault.New(fault.Invalid, "fault.desk_not_loopback")

// ServeDesk opens the back office for a browser on this machine; port 0 takes the one
// of the last time, else a free one.
func (a *App) ServeDesk(ctx context.Context, addr string) (*Desk, error) {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || (host != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return nil, ErrNotLoopback
	}
	ln, err := a.listenDesk(ctx, host, port)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "fault.port_taken", "port", port).With(err)
	}
	d := &Desk{guard: newGuard(ln.Addr().String()), done: make(chan error, 1)}
	_, bound, _ := net.SplitHostPort(ln.Addr().String()) // the listener's own
	d.server = &http.Server{Handler: d.guard.Wrap(a.handler(doorOf{door: users.Browser, cookie: "comptoir-user-" + bound}), a.api), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	d.server.RegisterOnShutdown(a.hub.Close)
	go func() { d.done <- d.server.Serve(ln) }()
	return d, nil
}

// URL is the address to open, with its one-time token.
func (d *Desk) URL() string { return d.guard.URL() }

// Stop ends the listener after what it has begun.
func (d *Desk) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	err := d.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, d.server.Close())
	}
	if serr := <-d.done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}
