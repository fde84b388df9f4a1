package app_test

import (
	"net"
	"net/url"
	"path/filepath"
	"testing"

	"comptoir/app"
)

// A desk that is started again has the address that it had: what a browser keeps beside the page is found again. Where
// another program took it meanwhile, the desk opens elsewhere, and comes back the next time.
func TestTheDeskComesBackAtItsPort(t *testing.T) {
	recent := filepath.Join(t.TempDir(), "comptoir", "recent.json")
	start := func() (host string) {
		t.Helper()
		d, err := app.New(app.Config{Recent: recent}).ServeDesk(t.Context(), "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(d.URL())
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		return u.Host
	}
	first := start()
	var ln net.Listener
	for range 100 { // another program of this machine may have it for a moment
		if again := start(); again != first {
			continue
		}
		var err error
		if ln, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", first); err == nil {
			break
		}
	}
	if ln == nil {
		t.Fatal("it never came back")
	}
	if other := start(); other == first {
		t.Error("two programs at one address")
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if start() == first {
			return
		}
	}
	t.Error("it forgot its port")
}
