package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
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

// A host name that the owner chooses comes first in what is told to people, and TLS works
// for it: the authority is made anew where it could not speak for that name.
func TestChosenHostName(t *testing.T) {
	ctx := context.Background()
	h, err := OpenHouse(ctx, HouseOptions{Folder: filepath.Join(t.TempDir(), "c"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(ctx) }()
	who := actor.Machine()
	if err := h.Company.Create(ctx, who, company.Create{Name: "Atelier", Country: "FR", Language: "fr", Email: "a@example.org"}); err != nil {
		t.Fatal(err)
	}
	h.portal.start(ctx, h, "0.0.0.0:0")
	if _, failure := h.portal.state(); failure != nil {
		t.Fatal(failure)
	}
	before := h.portal.portal.State(ctx).Fingerprint
	s, err := h.Company.PortalSettings(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	s.HostName = "portail.atelier.example"
	if err := h.Company.SavePortalSettings(ctx, who, s); err != nil {
		t.Fatal(err)
	}
	h.portal.restart(ctx, h)
	url, failure := h.portal.state()
	if failure != nil || !strings.HasPrefix(url, "https://portail.atelier.example:") {
		t.Fatalf("portal at %q, %v", url, failure)
	}
	v := PortalView{}
	if err := (&Portal{desk: &desk{ctx: ctx}}).fill(h, &v); err != nil {
		t.Fatal(err)
	}
	if v.Fingerprint == before || v.Addresses[0].URL != url || v.TrustURL != strings.Replace(url, "https", "http", 1)+"/confiance" {
		t.Errorf("%+v", v)
	}
	ca, err := x509.ParseCertificate(h.portal.ca.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&tls.Dialer{Config: &tls.Config{RootCAs: roots, ServerName: "portail.atelier.example"}}).DialContext(ctx, "tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

// A file cut to nothing is damage, not an invitation to begin a new company in its place.
func TestEmptiedFile(t *testing.T) {
	ctx := context.Background()
	folder := filepath.Join(t.TempDir(), "c")
	h, err := OpenHouse(ctx, HouseOptions{Folder: folder, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(folder, fileDB), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := CheckCompany(ctx, folder, "fr"); !errors.Is(err, db.ErrDamaged) {
		t.Errorf("check: %v", err)
	}
	if st, err := os.Stat(filepath.Join(folder, fileDB)); err != nil || st.Size() != 0 {
		t.Errorf("the file was filled: %v %v", st, err)
	}
}
