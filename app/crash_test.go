package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/app/demo"
	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

const (
	crashes     = 25                      // of each company
	companies   = 4                       // side by side
	crashFolder = "COMPTOIR_CRASH_FOLDER" // tells the test binary to be the one that is killed
	crashDesks  = 4
)

// Killed a hundred times, in four companies side by side, while it issues, pays (one invoice, several) and gives back: nothing that was acknowledged is lost,
// no number is skipped or doubled, the books are balanced, no charge is without a payment.
func TestKilledWhileIssuingAndPaying(t *testing.T) {
	fresh := filepath.Join(t.TempDir(), "company")
	if _, err := app.MakeDemo(t.Context(), app.DemoOptions{Folder: fresh, Now: time.Now(), Options: demo.Options{Documents: 10, Customers: 8}}); err != nil {
		t.Fatal(err)
	}
	var told [companies][]string // everything that was ever acknowledged
	t.Run("companies", func(t *testing.T) {
		for i := range companies {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				folder := filepath.Join(t.TempDir(), "company")
				apptest.CopyCompany(t, fresh, folder)
				told[i] = killedAgainAndAgain(t, folder, uint64(i)) // #nosec G115 -- a seed
			})
		}
	})
	kinds := map[string]int{}
	for _, line := range slices.Concat(told[:]...) {
		kinds[strings.Fields(line)[0]]++
	}
	const all = companies * crashes
	if kinds["issued"] < all || kinds["paid"] < all/2 || kinds["card"] < all/10 || kinds["several"] < all/10 || kinds["refunded"] < all/20 {
		t.Errorf("too little was at stake: %v", kinds)
	}
	t.Logf("%d crashes, acknowledged: %v", all, kinds)
}

// killedAgainAndAgain proves the company after every fifth crash, and gives all that was told.
func killedAgainAndAgain(t *testing.T, folder string, seed uint64) (told []string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, uint64(time.Now().UnixNano())))
	for round := range crashes {
		told = append(told, killed(t, folder, rng)...)
		if round%5 == 4 || round == crashes-1 {
			proveAfterCrash(t, folder, told)
		}
		if t.Failed() {
			t.Fatalf("after %d crashes", round+1)
		}
	}
	return told
}

// killed starts a program at work, kills it at a random moment and gives what it had told.
func killed(t *testing.T, folder string, rng *rand.Rand) (told []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilled$")
	cmd.Env = append(os.Environ(), crashFolder+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	cmd.Stderr = &problems
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := 1 + rng.IntN(16) // the word after which it dies, somewhere on its way to the next
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		told = append(told, lines.Text())
		if len(told) == last {
			for range rng.IntN(300) * 1_000 { // some hundred microseconds, of work and not of sleep
				last = max(last, 1)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("ended by itself: %v\n%s", err, problems.String())
	}
	return told
}

// TestBeKilled is the program at work, in a process of its own.
func TestBeKilled(t *testing.T) {
	folder := os.Getenv(crashFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledWhileIssuingAndPaying")
	}
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	found, err := h.Customers.Pick(ctx, actor.Machine(), "", 8)
	if err != nil || len(found) == 0 {
		t.Fatal(len(found), err)
	}
	if err := h.Payments.AskOpen(ctx); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for desk := range crashDesks {
		all.Go(func() {
			for i := desk; ; i++ { // all ways at once, from the first one on
				c, err := h.Customers.Get(ctx, actor.Machine(), found[i%len(found)].PublicID)
				if err == nil {
					err = atDesk(ctx, h, c, i)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait() // never, but for an error
}

// tell acknowledges something, as the window would: in one write.
func tell(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }

// atDesk issues one invoice and has it paid in one of the ways.
func atDesk(ctx context.Context, h *app.House, c customers.Customer, i int) error {
	who := actor.Shell("fr")
	key := id.Random()
	form := sales.Draft{CustomerID: c.PublicID, Currency: c.Currency, Language: c.Language, TermsDays: 30, RateE8: 66_000_000, Allowances: []sales.DraftAllowance{},
		Lines: []sales.DraftLine{{Description: "Pose", Nature: "services", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: int64(1+i) * 10_000}}}
	if c.Currency == "EUR" {
		form.RateE8 = 0
	}
	d, _, err := h.Sales.SaveDraft(ctx, who, key(), form)
	if err != nil {
		return err
	}
	if i%4 == 1 {
		p, err := h.Payments.MarkPaid(ctx, who, d.Version, payments.Record{Key: key(), DocumentID: d.PublicID, Method: "cash"})
		if err == nil {
			tell("paid %s %s %d", p.Number, p.Parts[0].Number, p.AmountMinor)
		}
		return err
	}
	if d, err = h.Sales.Issue(ctx, who, sales.Issue{Key: key(), PublicID: d.PublicID, Version: d.Version, How: sales.ByHand}); err != nil {
		return err
	}
	tell("issued %s %s %d", d.Number, d.PublicID, d.Totals.TotalInclTax)
	if i%4 == 2 {
		return byCard(ctx, h, c, d)
	}
	if i%4 == 3 {
		return several(ctx, h, c, form, d)
	}
	p, err := h.Payments.Record(ctx, who, payments.Record{Key: key(), DocumentID: d.PublicID, Method: "transfer", AmountMinor: d.DueMinor/2 + 1})
	if err == nil {
		tell("paid %s %s %d", p.Number, d.Number, p.AmountMinor)
	}
	return err
}

// several pays two invoices by one transfer, 5.00 too much, and gives that back.
func several(ctx context.Context, h *app.House, c customers.Customer, form sales.Draft, d sales.Document) error {
	who, key := actor.Shell("fr"), id.Random()
	e, err := h.Sales.IssueForm(ctx, who, form, sales.Issue{Key: key(), How: sales.ByHand})
	if err != nil {
		return err
	}
	p, err := h.Payments.RecordPayment(ctx, who, payments.RecordPayment{Key: key(), CustomerID: c.PublicID, Currency: c.Currency, AmountMinor: d.DueMinor + e.DueMinor + 500, Method: "transfer",
		Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: d.DueMinor}, {DocumentID: e.PublicID, AmountMinor: e.DueMinor}}})
	if err != nil {
		return err
	}
	tell("paid %s %s %d", p.Number, d.Number, d.DueMinor)
	tell("several %s %s %d", p.Number, e.Number, e.DueMinor)
	r, err := h.Payments.Refund(ctx, who, payments.Refund{Key: key(), PaymentID: p.PublicID, Method: "transfer"})
	if err == nil {
		tell("refunded %s %s %d", r.Number, p.Number, r.AmountMinor)
	}
	return err
}

func byCard(ctx context.Context, h *app.House, c customers.Customer, d sales.Document) error {
	k := c.Contacts[0]
	who := actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: c.ID, Trust: actor.TrustPassword, Lang: "fr"}
	i, err := h.Payments.StartPayment(ctx, who, payments.StartPayment{Key: id.Random()(), DocumentID: d.PublicID, Gateway: "practice", ExpectMinor: d.DueMinor})
	if err != nil {
		return err
	}
	if i, err = h.Payments.ContinuePayment(ctx, who, payments.ContinuePayment{IntentID: i.PublicID, Answer: "approved"}); err != nil {
		return err
	}
	if i.State != payments.Succeeded {
		return fault.New(fault.Conflict, "fault.conflict")
	}
	tell("card %s %s %d", i.PublicID, d.Number, i.AmountMinor)
	return nil
}

// proveAfterCrash opens the company as the next start would, and proves it.
func proveAfterCrash(t *testing.T, folder string, told []string) {
	t.Helper()
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Payments.AskOpen(ctx); err != nil { // what Start does
		t.Error(err)
	}
	r, err := h.Check(ctx, actor.Shell("fr"), "fr")
	if err != nil || !r.Sound {
		t.Errorf("%v %v", r.Faults, err)
	}
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	for _, line := range told {
		w := strings.Fields(line)
		if len(w) != 4 {
			continue // the word it died in
		}
		amount, err := strconv.ParseInt(w[3], 10, 64)
		if err != nil {
			t.Fatal(line)
		}
		var n int64
		switch w[0] {
		case "issued":
			n = dbtest.Int(t, raw, "SELECT count(*) FROM documents d JOIN entries e ON e.id = d.entry_id WHERE d.number = ? AND d.public_id = ? AND d.total_incl_minor = ?", w[1], w[2], amount)
		case "refunded":
			n = dbtest.Int(t, raw, "SELECT count(*) FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN payment_status s ON s.payment_id = p.id JOIN entries e ON e.id = r.entry_id WHERE r.number = ? AND p.number = ? AND r.amount_minor = ? AND s.left_minor = 0", w[1], w[2], amount)
		case "paid", "several":
			n = dbtest.Int(t, raw, "SELECT count(*) FROM payments p JOIN allocations a ON a.payment_id = p.id JOIN documents d ON d.id = a.document_id WHERE p.number = ? AND d.number = ? AND a.amount_minor = ?", w[1], w[2], amount)
		case "card":
			n = dbtest.Int(t, raw, "SELECT count(*) FROM payment_intents i JOIN payments p ON p.id = i.payment_id WHERE i.public_id = ? AND i.state = 'succeeded' AND p.amount_minor = ?", w[1], amount)
		}
		if n != 1 {
			t.Errorf("acknowledged and there %d times: %s", n, line)
		}
	}
	proveCharges(t, folder, dbtest.Strings(t, raw, "SELECT gateway_ref FROM payments WHERE gateway = 'practice'"))
}

// proveCharges: what the gateway took is what was recorded, each once.
func proveCharges(t *testing.T, folder string, refs []string) {
	t.Helper()
	recorded := map[string]int{}
	for _, ref := range refs {
		recorded[ref]++
	}
	files, err := filepath.Glob(filepath.Join(folder, "practice-payments", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var c struct{ Key, State string }
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatal(err)
		}
		if c.State != payments.Succeeded {
			continue
		}
		if taken++; recorded["practice-"+c.Key] != 1 {
			t.Errorf("charge %s is recorded %d times", c.Key, recorded["practice-"+c.Key])
		}
	}
	if taken != len(refs) {
		t.Errorf("%d charges, %d payments", taken, len(refs))
	}
}
