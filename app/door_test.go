package app

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/company"
)

// A taken port on loopback makes way for a free one, since nobody else was told it; an
// address asked for by name does not.
func TestTakenPortOfThePortal(t *testing.T) {
	ctx := context.Background()
	taken, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	addr, ok := taken.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal(taken.Addr())
	}
	h, err := OpenHouse(ctx, HouseOptions{Folder: filepath.Join(t.TempDir(), "c"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(ctx) }()
	who := actor.Machine()
	if err := h.Company.Create(ctx, who, company.Create{Name: "Atelier", Country: "FR", Language: "fr", Email: "a@example.org"}); err != nil {
		t.Fatal(err)
	}
	s, err := h.Company.PortalSettings(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	s.Enabled, s.Address, s.Port = true, "127.0.0.1", int64(addr.Port)
	if err := h.Company.SavePortalSettings(ctx, who, s); err != nil {
		t.Fatal(err)
	}
	h.portal.start(ctx, h, "")
	url, failure := h.portal.state()
	if failure != nil || !strings.HasPrefix(url, "http://127.0.0.1:") || strings.HasSuffix(url, ":"+addr.AddrPort().String()) || url == "http://"+taken.Addr().String() {
		t.Errorf("portal at %q, %v", url, failure)
	}
	h.portal.start(ctx, h, taken.Addr().String())
	if _, failure := h.portal.state(); !fault.Is(failure, fault.Unavailable) {
		t.Errorf("an address asked for by name: %v", failure)
	}
}
