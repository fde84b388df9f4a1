package charging_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db/dbtest"
	"comptoir/edge/gateway"
	"comptoir/office/customers"
	"comptoir/office/due"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
)

const crashFile = "COMPTOIR_CHARGING_CRASH" // tells the test binary to be the one that is killed

// cards of the practice gateway: one that pays, one that is declined, one whose answer is lost.
var cards = []string{"approved", "declined", "timeout", "approved", "timeout", "declined"}

// layKill makes a firm whose six customers keep a card and are charged every week.
func layKill(t *testing.T) string {
	f := newFirm(t)
	f.exec("UPDATE company SET is_demo = 1") // the only firm that a trial pays
	practice := gateway.NewPractice(filepath.Join(filepath.Dir(f.Path), "practice"))
	f.Payments.Gateways = []payments.Gateway{practice}
	for i, card := range cards {
		c := f.Customer(fmt.Sprintf("Client %d", i), func(c *customers.Customer) { c.SIREN = "100000009" })
		who := officetest.Contact(c)
		in, err := f.Payments.SaveMethod(ctx, who, payments.SaveMethod{Key: f.Key(), Gateway: "practice", ReturnURL: "https://portal.example/reglement/{id}"})
		f.Must(err)
		keep := card
		if card != "approved" { // it is kept before it goes bad
			keep = "approved"
		}
		in, err = f.Payments.ContinuePayment(ctx, who, payments.ContinuePayment{IntentID: in.PublicID, Answer: keep})
		f.Must(err)
		f.exec("UPDATE kept_methods SET token = replace(token, 'practice-card-approved', 'practice-card-"+card+"') WHERE id = ?", in.Method.ID)
		f.monthly(c, "2026-12-02", func(x *recurring.Template) { x.When.Unit, x.When.Day, x.Form.TermsDays, x.Cycles = "week", 0, 3, 3 })
	}
	f.Must(f.DB.Close())
	return f.Path
}

// Killed over and over at any instruction, between the row and the call, the call and its
// answer, the answer and the books: every invoice is charged once, and none is forgotten.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	path := layKill(t)
	rng := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	kills := 0
	for done := false; !done; {
		if kills > 400 {
			t.Fatal("it does not come to an end")
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilled$") // #nosec G204 -- this test binary
		cmd.Env = append(os.Environ(), crashFile+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		last, told, before := 1+rng.IntN(14), 0, kills
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "all done" {
				done = true
			}
			if told++; told == last && !done {
				for range rng.IntN(2_000) * 1_000 { // some instructions further, of work and not of sleep
					last = max(last, 1)
				}
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				kills++
			}
		}
		if err := cmd.Wait(); done && err != nil {
			if kills == before {
				t.Fatal(err)
			}
			done = false // killed with its last words already on their way: the next one says them again
		}
	}
	t.Logf("killed %d times", kills)
	if kills < 5 {
		t.Errorf("killed %d times only", kills)
	}
	proveKilled(t, path)
}

// TestBeKilled is the program that is killed; without its variable it does nothing.
func TestBeKilled(t *testing.T) {
	path := os.Getenv(crashFile)
	if path == "" {
		t.Skip("run by TestKilledInTheMiddle")
	}
	day := civil.MustParse("2026-12-01")
	if b, err := os.ReadFile(path + ".day"); err == nil { // #nosec G304 -- the test's own file
		day = civil.MustParse(string(b))
	}
	w := &wall{}
	w.shift(day.Time().Add(9 * time.Hour).Sub(w.now()))
	p := wire(t, path, w, gateway.NewPractice(filepath.Join(filepath.Dir(path), "practice")), uint64(time.Now().UnixNano()))
	for end := civil.MustParse("2027-01-10"); !day.After(end); day = day.AddDays(1) {
		for _, s := range []interface {
			Do(context.Context, actor.Actor, string) error
			Due(context.Context, civil.Date) ([]due.Item, error)
		}{p.recurring, p.charging[0].Source()} {
			list, err := s.Due(ctx, day)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range list {
				fmt.Println("do", x.Key)
				if err := s.Do(ctx, actor.Machine(), x.Key); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 2 {
			fmt.Println("ask")
			if err := p.payments.AskOpen(ctx); err != nil {
				t.Fatal(err)
			}
			fmt.Println("round")
			if err := p.charging[0].Round(ctx); err != nil {
				t.Fatal(err)
			}
			w.shift(2 * time.Hour)
		}
		w.shift(20 * time.Hour)
		if err := os.WriteFile(path+".next", []byte(day.AddDays(1).String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".next", path+".day"); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("all done")
}

func proveKilled(t *testing.T, path string) {
	t.Helper()
	taken := map[string]int{} // by key
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "practice", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		var c struct {
			Kind, State string
			Key         string
		}
		b, err := os.ReadFile(name) // #nosec G304 -- the test's own folder
		if err == nil {
			err = json.Unmarshal(b, &c)
		}
		if err != nil {
			t.Fatal(err)
		}
		if c.Kind == payments.IntentCharge && c.State == payments.Succeeded {
			taken[c.Key]++
		}
	}
	raw := dbtest.Raw(t, path)
	defer func() { _ = raw.Close() }()
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM payments WHERE gateway = 'practice'"); n != int64(len(taken)) {
		t.Errorf("%d payments, the gateway took %d", n, len(taken))
	}
	for what, query := range map[string]string{
		"12 invoices are paid":           "SELECT count(*) - 12 FROM document_status WHERE kind = 'invoice' AND due_minor = 0",
		"6 are declined to the end":      "SELECT count(*) - 6 FROM charge_attempts WHERE state = 'declined' AND step = 4",
		"30 refusals":                    "SELECT count(*) - 30 FROM charge_attempts WHERE state = 'declined'",
		"30 mails of refusals":           "SELECT count(*) - 30 FROM mails WHERE kind = 'charge_failed'",
		"12 receipts":                    "SELECT count(*) - 12 FROM mails WHERE kind = 'payment_received'",
		"nothing is open":                "SELECT count(*) FROM charge_attempts WHERE state NOT IN ('succeeded','declined','unreached','cancelled')",
		"nothing is paid twice":          "SELECT count(*) FROM document_status WHERE paid_minor > 12000",
		"nothing lies on an account":     "SELECT count(*) FROM payments p WHERE amount_minor <> (SELECT COALESCE(sum(a.amount_minor), 0) FROM allocations a WHERE a.payment_id = p.id)",
		"every invoice has its attempts": "SELECT 18 - count(DISTINCT document_id) FROM charge_attempts",
	} {
		if n := dbtest.Int(t, raw, query); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
}
