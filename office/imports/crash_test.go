package imports_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/imports"
	"comptoir/office/officetest"
	"comptoir/office/sales"
)

// Tell the test binary to be the program that is killed, on which file and with what.
const (
	crashFile = "COMPTOIR_IMPORT_CRASH"
	crashKind = "COMPTOIR_IMPORT_CRASH_KIND"
)

// crashRows is how many rows each file has; its progress is told every 64.
const crashRows = 640

// crashTable is the file that is imported when the program is killed.
func crashTable(kind string) string {
	if kind == imports.Customers {
		return many(crashRows)
	}
	var b strings.Builder
	b.WriteString(map[string]string{imports.Items: "code;name;price\n", imports.Invoices: "Numéro;Client;Date;Échéance;Total HT;TVA;Total TTC\n"}[kind])
	for i := range crashRows {
		if kind == imports.Items {
			fmt.Fprintf(&b, "X%d;Article %d;%d,50\n", i, i, i)
		} else {
			fmt.Fprintf(&b, "F-%d;Client %d SARL;20/11/2025;20/12/2025;100,00;20,00;120,00\n", i, i)
		}
	}
	return b.String()
}

// Killed in the middle of an import, again and again: what was is what is, to the last row of
// every table; and once it is let through, all of it is there, and every check holds.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, kind := range imports.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if kind == imports.Invoices {
				d.run(imports.Customers, many(crashRows))
			}
			d.Must(d.DB.Close())
			before, rng := d.everything(), rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
			kills := 0
			for kills < 6 && d.everything() == before {
				if !d.die(kind, 1+rng.IntN(crashRows/64)) {
					t.Fatal("it was not killed")
				}
				kills++
				if now := d.everything(); now != before && !strings.Contains(now, kind+".imported 1") {
					t.Fatalf("after %d kills %s, before %s", kills, now, before)
				}
			}
			if d.die(kind, -1) {
				t.Fatal("it did not come to its end")
			}
			table := map[string]string{imports.Customers: "customers", imports.Items: "items", imports.Invoices: "documents"}[kind]
			if n := d.count("SELECT count(*) FROM " + table); n != crashRows || d.count("SELECT rows_made FROM imports WHERE kind = '"+kind+"'") != crashRows {
				t.Errorf("%d rows came in", n)
			}
			d.DB = dbtest.Open(t, d.Path, db.Options{Clock: d.Now})
			d.Sound()
		})
	}
}

// everything counts the rows of all tables, and tells which imports were carried out.
func (d *desk) everything() string {
	d.T.Helper()
	raw := dbtest.Raw(d.T, d.Path)
	defer raw.Close()
	var b strings.Builder
	for _, table := range dbtest.Strings(d.T, raw, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name") {
		fmt.Fprintf(&b, "%s %d ", table, dbtest.Int(d.T, raw, "SELECT count(*) FROM \""+table+"\""))
	}
	for _, next := range dbtest.Strings(d.T, raw, "SELECT kind || ' next ' || next_number FROM series UNION ALL SELECT action || ' ' || count(*) FROM audit_log GROUP BY action") {
		b.WriteString(next + " ")
	}
	return b.String()
}

// die runs the program and kills it when it has told so many times how far it is, a little
// later; with -1 it lets it run. It tells whether the program was killed.
func (d *desk) die(kind string, after int) bool {
	d.T.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilled$")
	cmd.Env = append(os.Environ(), crashFile+"="+d.Path, crashKind+"="+kind)
	out, err := cmd.StdoutPipe()
	d.Must(err)
	d.Must(cmd.Start())
	killed, told := false, 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "stored ") {
			continue
		}
		if told++; told == after {
			d.Must(cmd.Process.Kill())
			killed = true
		}
	}
	if err := cmd.Wait(); err != nil && !killed {
		d.T.Fatal(err)
	}
	return killed
}

// TestBeKilled is the program that is killed; without its variables it does nothing.
func TestBeKilled(t *testing.T) {
	path, kind := os.Getenv(crashFile), os.Getenv(crashKind)
	if path == "" {
		t.Skip("run by TestKilledInTheMiddle")
	}
	file := dbtest.Open(t, path, db.Options{Clock: func() time.Time { return dbtest.Instant }})
	ids := id.Random()
	door := access.New(access.Deps{DB: file, IDs: ids, Key: []byte("0123456789abcdef0123456789abcdef")})
	room := imports.New(imports.Deps{DB: file, IDs: ids, Customers: customers.New(file, ids, door.CloseContact), Catalog: catalog.New(file, ids),
		Sales: sales.New(sales.Deps{DB: file, IDs: ids, Files: files.New(t.TempDir(), true), Printer: officetest.Printer{}})})
	f := table(t, kind+".csv", []byte(crashTable(kind)))
	o, _, err := room.Propose(officetest.Ctx, officetest.Staff, kind, f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := room.Import(officetest.Ctx, officetest.Staff, imports.Run{Key: "killed-" + kind, Kind: kind, Options: o}, f, func(done, _ int) { fmt.Println("stored", done) }); err != nil {
		t.Fatal(err)
	}
}
