package app_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/rules/tax"
)

func status(p *apptest.Program) app.Status { return apptest.Ask[app.Status](p, "System.Status") }

// made is a folder with a company in it that nobody has open.
func made(t *testing.T) (home, folder string) {
	t.Helper()
	home = t.TempDir()
	p := apptest.Fresh(t, apptest.Options{Home: home})
	folder = status(p).Folder
	p.Stop()
	return home, folder
}

func TestWizardMakesOneCompany(t *testing.T) {
	p := apptest.Start(t, apptest.Options{})
	if st := status(p); st.State != app.StateFirstStart || st.Recent == nil || len(st.Recent) != 0 {
		t.Fatalf("%s", apptest.JSON(st))
	}
	answers := app.NewCompany{Key: "wizard", Name: "Éclair & Fils / ../..", Country: "FR", Language: "fr", Email: "a@eclair.example"}
	var all [4]app.Status
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() { all[i] = apptest.Ask[app.Status](p, "System.Create", answers) })
	}
	wg.Wait()
	for _, st := range all {
		if st.State != app.StateOpen || st.Folder != all[0].Folder || st.Company == nil || st.Company.Name != answers.Name {
			t.Errorf("a click of several: %s", apptest.JSON(st))
		}
	}
	folders, err := filepath.Glob(filepath.Join(p.Home, "companies", "*"))
	if err != nil || len(folders) != 1 || folders[0] != all[0].Folder {
		t.Errorf("folders %v, the company is in %s (%v)", folders, all[0].Folder, err)
	}
	if base := filepath.Base(all[0].Folder); !strings.HasPrefix(base, "eclair-fils-") || strings.ContainsAny(base, " /.&") {
		t.Errorf("folder %q", base)
	}
	private(t, all[0].Folder)
	if st := status(p); len(st.Recent) != 1 || st.Recent[0].Folder != all[0].Folder || st.Recent[0].Demo {
		t.Errorf("recent: %s", apptest.JSON(st.Recent))
	}
}

// private fails when anything in the folder can be read by another user of the machine.
func private(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 && p != folder {
			// Files may have looser modes inside a folder that nobody else can enter.
			if root, rerr := os.Stat(folder); rerr != nil || root.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %s in an open folder", p, info.Mode())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWizardRefusesBesideTheField(t *testing.T) {
	for field, n := range map[string]app.NewCompany{
		"name":     {Country: "FR", Language: "fr", Email: "a@b.example"},
		"country":  {Name: "A", Country: "XX", Language: "fr", Email: "a@b.example"},
		"language": {Name: "A", Country: "FR", Language: "xx", Email: "a@b.example"},
		"email":    {Name: "A", Country: "FR", Language: "fr", Email: "nobody"},
	} {
		p := apptest.Start(t, apptest.Options{})
		_, shown := p.Try("System.Create", n)
		if shown == nil || shown.Code != "invalid" || shown.Fields[field] == "" || len(shown.Fields) != 1 {
			t.Errorf("%s: %s", field, apptest.JSON(shown))
		}
		if st := status(p); st.State != app.StateFirstStart {
			t.Errorf("%s: the program is %s afterwards", field, st.State)
		}
		if _, err := os.Stat(filepath.Join(p.Home, "companies")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a refused wizard left a folder (%v)", field, err)
		}
	}
}

// A program started on an empty folder makes its company there.
func TestWizardUsesTheNamedFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "firm")
	p := apptest.Start(t, apptest.Options{Folder: folder})
	if st := status(p); st.State != app.StateFirstStart {
		t.Fatalf("%s", apptest.JSON(st))
	}
	st := apptest.Ask[app.Status](p, "System.Create", app.NewCompany{Key: "k", Name: "A", Country: "CA", Language: "en", Email: "a@b.example"})
	if st.Folder != folder || st.Company.Currency != "CAD" {
		t.Errorf("%s", apptest.JSON(st))
	}
	// Two taxes in Québec: a new customer of such a firm pays both until somebody says otherwise.
	if c := apptest.Ask[customers.Customer](p, "Customers.Get", ""); c.TaxRegime != tax.QuebecBuyer {
		t.Errorf("a blank customer of a firm in Québec is %q", c.TaxRegime)
	}
}

func TestLastCompanyOpensAgain(t *testing.T) {
	home, folder := made(t)
	p := apptest.Start(t, apptest.Options{Home: home})
	if st := status(p); st.State != app.StateOpen || st.Folder != folder {
		t.Fatalf("%s", apptest.JSON(st))
	}
	if st := apptest.Ask[app.Status](p, "System.CloseCompany"); st.State != app.StateFirstStart || st.Company != nil || len(st.Recent) != 1 {
		t.Errorf("closed: %s", apptest.JSON(st))
	}
	if _, shown := p.Try("Home.View"); shown == nil || shown.Key != "fault.no_company_open" {
		t.Errorf("home of no company: %+v", shown)
	}
	if st := apptest.Ask[app.Status](p, "System.Open", folder); st.State != app.StateOpen {
		t.Errorf("opened: %s", apptest.JSON(st))
	}
}

func TestRecoveryStates(t *testing.T) {
	for _, x := range []struct {
		name, state string
		damage      func(t *testing.T, folder string)
		mend        func(t *testing.T, folder string) // nil: cannot be mended by hand
	}{
		{"folder gone", app.StateMissing, func(t *testing.T, folder string) { rename(t, folder, folder+".away") },
			func(t *testing.T, folder string) { rename(t, folder+".away", folder) }},
		{"database gone", app.StateMissing, func(t *testing.T, folder string) {
			rename(t, filepath.Join(folder, "comptoir.db"), filepath.Join(folder, "away"))
		},
			func(t *testing.T, folder string) {
				rename(t, filepath.Join(folder, "away"), filepath.Join(folder, "comptoir.db"))
			}},
		{"not a database", app.StateDamaged, func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "comptoir.db"), []byte(strings.Repeat("not a database. ", 4096)))
		}, nil},
		{"empty database", app.StateDamaged, func(t *testing.T, folder string) { write(t, filepath.Join(folder, "comptoir.db"), nil) }, nil},
		{"cut in the middle", app.StateDamaged, func(t *testing.T, folder string) {
			if err := os.Truncate(filepath.Join(folder, "comptoir.db"), 20_000); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"key gone", app.StateDamaged, removeKey, nil},
		{"a folder in its place", app.StateDamaged, func(t *testing.T, folder string) {
			path := filepath.Join(folder, "comptoir.db")
			if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"a newer program's", app.StateNewer, func(t *testing.T, folder string) {
			dbtest.Tamper(t, filepath.Join(folder, "comptoir.db"), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
		}, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			home, folder := made(t)
			removeJournals(t, folder)
			x.damage(t, folder)
			p := apptest.Start(t, apptest.Options{Home: home})
			st := status(p)
			if st.State != x.state || st.Message == "" || st.Company != nil || st.Folder != folder {
				t.Fatalf("%s", apptest.JSON(st))
			}
			for _, word := range []string{"sql", "SQL", "goose", "errno", "no such", "fault."} {
				if strings.Contains(st.Message, word) {
					t.Errorf("the screen says %q", st.Message)
				}
			}
			if again := apptest.Ask[app.Status](p, "System.Retry"); again.State != x.state {
				t.Errorf("again: %s", again.State)
			}
			if x.mend != nil {
				x.mend(t, folder)
				if st := apptest.Ask[app.Status](p, "System.Retry"); st.State != app.StateOpen {
					t.Errorf("mended: %s", apptest.JSON(st))
				}
				return
			}
			// The way out that always works: another company.
			if st := apptest.Ask[app.Status](p, "System.Create", app.NewCompany{Key: "new", Name: "B", Country: "FR", Language: "fr", Email: "a@b.example"}); st.State != app.StateOpen || st.Folder == folder {
				t.Errorf("a new company instead: %s", apptest.JSON(st))
			}
		})
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// removeJournals leaves the main file alone, as after an orderly end.
func removeJournals(t *testing.T, folder string) {
	t.Helper()
	for _, tail := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(folder, "comptoir.db"+tail)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

func removeKey(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), "key") {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no key among %v", entries)
}

func TestSecondProgramFindsItLocked(t *testing.T) {
	home := t.TempDir()
	first := apptest.Fresh(t, apptest.Options{Home: home})
	folder := status(first).Folder
	second := apptest.Start(t, apptest.Options{Home: home})
	if st := status(second); st.State != app.StateLocked || st.Message == "" || st.Folder != folder || st.Company != nil {
		t.Fatalf("%s", apptest.JSON(st))
	}
	if st := apptest.Ask[app.Status](second, "System.Open", folder); st.State != app.StateLocked {
		t.Errorf("opening it all the same: %s", st.State)
	}
	if _, shown := first.Try("Home.View"); shown != nil {
		t.Errorf("the first program was disturbed: %+v", shown)
	}
	first.Stop()
	if st := apptest.Ask[app.Status](second, "System.Retry"); st.State != app.StateOpen {
		t.Errorf("after the first ended: %s", apptest.JSON(st))
	}
}

// One program opening what it has open already keeps it open.
func TestOpeningTheOpenCompany(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	folder := status(p).Folder
	for range 3 {
		if st := apptest.Ask[app.Status](p, "System.Open", folder); st.State != app.StateOpen || st.Folder != folder {
			t.Fatalf("%s", apptest.JSON(st))
		}
	}
}

func TestOpenDemo(t *testing.T) {
	p := apptest.Start(t, apptest.Options{})
	var wg sync.WaitGroup
	for range 2 { // a double click
		wg.Go(func() {
			if st := apptest.Ask[app.Status](p, "System.OpenDemo"); st.State != app.StateOpen || st.Company == nil || !st.Company.Demo || st.Folder != p.App.DemoFolder() {
				t.Errorf("%s", apptest.JSON(st))
			}
		})
	}
	wg.Wait()
	if v := apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{Limit: 50}); len(v.Rows) == 0 || v.Counts.Overdue == 0 {
		t.Errorf("the demo has %d rows, %+v", len(v.Rows), v.Counts)
	}
	sound(t, p)
	entries, err := os.ReadDir(filepath.Dir(p.App.DemoFolder()))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if slices.Contains(names, "demo.new") {
		t.Errorf("the half-made demo is still there: %v", names)
	}
}

// A port that somebody else has is told on the card and on the first page, and is no reason
// not to work.
func TestPortalPortTaken(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{Portal: app.PortalOff})
	if v := apptest.Ask[app.PortalView](p, "Portal.View"); v.State != "closed" || len(v.Addresses) != 0 {
		t.Fatalf("%s", apptest.JSON(v))
	}
	other, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "0.0.0.0:0") // on loopback alone a free port is taken instead: TestTakenPortOfThePortal
	if err != nil {
		t.Fatal(err)
	}
	address, ok := other.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal(other.Addr())
	}
	s := apptest.Ask[company.Portal](p, "Settings.Portal")
	s.Address, s.Port, s.Transport, s.Enabled = "0.0.0.0", int64(address.Port), "http", false
	apptest.Ask[company.Portal](p, "Settings.SavePortal", s)
	v := apptest.Ask[app.PortalView](p, "Portal.SetOn", true)
	if v.State != "failed" || v.Message == "" || strings.Contains(v.Message, "bind") || strings.Contains(v.Message, "fault.") {
		t.Errorf("a taken port: %s", apptest.JSON(v))
	}
	todo := apptest.Ask[app.HomeView](p, "Home.View").Todo
	if !slices.ContainsFunc(todo, func(d app.Todo) bool { return d.Kind == "portal" }) {
		t.Errorf("the first page does not tell: %s", apptest.JSON(todo))
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	s = apptest.Ask[company.Portal](p, "Settings.Portal")
	s.Address = "127.0.0.1" // an address that this test can reach on any machine
	apptest.Ask[company.Portal](p, "Settings.SavePortal", s)
	v = apptest.Ask[app.PortalView](p, "Portal.SetOn", true)
	if v.State != "open" || len(v.Addresses) == 0 || !strings.HasPrefix(v.QR, "<svg") {
		t.Errorf("the port is free again: %s", apptest.JSON(v))
	}
	p.Contact().Get("/connexion").Has("Menuiserie Lambert")
	if v = apptest.Ask[app.PortalView](p, "Portal.SetOn", false); v.State != "closed" || v.On {
		t.Errorf("switched off: %s", apptest.JSON(v))
	}
}

func TestHouseFaultsAreKnown(t *testing.T) {
	_, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: filepath.Join(t.TempDir(), "none")})
	if !errors.Is(err, app.ErrMissing) {
		t.Errorf("%v", err)
	}
	if f, ok := fault.As(err); !ok || f.Code != fault.NotFound {
		t.Errorf("%v", err)
	}
}
