package payments_test

import (
	"fmt"
	"testing"
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// paidBuyer has paid its invoice of 120.00 by card; the gateway kept 2.00 of it.
func paidBuyer(t *testing.T) *buyer {
	t.Helper()
	b := newBuyer(t)
	b.paysByCard(t, 200)
	b.stands(t, 11_800, 0)
	return b
}

func (b *buyer) paysByCard(t *testing.T, fee int64) {
	t.Helper()
	b.say(officetest.Said{State: payments.Succeeded, FeeMinor: fee})
	if i, err := b.goOn(b.mustStart(t)); err != nil || i.State != payments.Succeeded {
		t.Fatalf("%+v %v", i, err)
	}
}

// isFault tells a refusal by its key.
func isFault(err error, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Key == key
}

// stands tells what the gateway holds and what is on the bank's account.
func (b *buyer) stands(t *testing.T, held, bank int64) {
	t.Helper()
	if h, k := balance(t, b.Firm, "autres_organismes"), balance(t, b.Firm, "banque"); h != held || k != bank {
		t.Errorf("%d held and %d on the bank's account, want %d and %d", h, k, held, bank)
	}
	list, err := b.Payments.GatewayMoney(ctx, staff)
	if err != nil || len(list) != 1 || list[0].HeldMinor != held || list[0].Currency != "EUR" || !list[0].Tells {
		t.Errorf("%+v %v", list, err)
	}
}

func (b *buyer) payouts(t *testing.T) []payments.PayoutRow {
	t.Helper()
	list, err := b.Payments.GatewayMoney(ctx, staff)
	b.Must(err)
	return list[0].Payouts
}

func (b *buyer) notices(t *testing.T, kind string) int64 {
	t.Helper()
	raw := dbtest.Raw(t, b.Path)
	defer func() { _ = raw.Close() }()
	return dbtest.Int(t, raw, "SELECT count(*) FROM notifications WHERE kind = '"+kind+"'")
}

func (b *buyer) today() civil.Date { return civil.Of(b.Now(), time.UTC) }

// A card's money is not on the bank account until the gateway pays it out: 517, then 512, on the
// day on which it arrived; however often the gateway tells of it.
func TestAPayoutIsBookedOnce(t *testing.T) {
	b := paidBuyer(t)
	b.MoveTo(b.Now().Add(72 * time.Hour))
	ref := b.Gateway.PayOut(11_000, "EUR", b.today().AddDays(-1), b.Now().Add(-48*time.Hour))
	for n := range 3 {
		b.Must(b.Payments.Hear(ctx, "practice", fmt.Appendf(nil, "evt-%d payout.paid %s", n, ref), "good"))
		b.Must(b.Payments.AskOpen(ctx))
	}
	b.stands(t, 800, 11_000)
	rows := b.payouts(t)
	if len(rows) != 1 || rows[0].Reference != ref || rows[0].ArrivedOn != b.today().AddDays(-1).String() || rows[0].ByHand || rows[0].CanCancel {
		t.Fatalf("%+v", rows)
	}
	if err := b.Payments.CancelPayout(ctx, staff, rows[0].ID); !isFault(err, "fault.payout.told") {
		t.Error(err)
	}
	// The bank sends it back: the money is with the gateway again, and the firm is told, once.
	b.Gateway.FailPayout(ref)
	for n := range 2 {
		b.Must(b.Payments.Hear(ctx, "practice", fmt.Appendf(nil, "evt-f%d payout.failed %s", n, ref), "good"))
		b.Must(b.Payments.AskOpen(ctx))
	}
	b.stands(t, 11_800, 0)
	if n := b.notices(t, "payout_failed"); n != 1 {
		t.Errorf("told %d times", n)
	}
	b.Sound()
}

// What was refunded at the gateway's site, with nothing left there, is taken from the bank.
func TestAPayoutBelowZero(t *testing.T) {
	b := paidBuyer(t)
	b.Gateway.PayOut(-1_500, "EUR", b.today(), b.Now().Add(time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 13_300, -1_500)
	b.Sound()
}

// Payouts of before, and those of a firm that never asked the gateway for money, are of other books.
func TestPayoutsOfOtherBooks(t *testing.T) {
	b := newBuyer(t)
	b.Gateway.PayOut(5_000, "EUR", b.today(), b.Now())
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 0, 0)
	b.paysByCard(t, 0)
	b.MoveTo(b.Now().Add(6 * time.Hour))
	b.Gateway.PayOut(7_000, "EUR", b.today(), b.Now().Add(-30*time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 12_000, 0)
}

// In another currency: the rate noted for its day, at worst that of the money it is made of; with
// neither nothing is guessed, and the firm is told once.
func TestAPayoutInAnotherCurrency(t *testing.T) {
	b := paidBuyer(t)
	b.Gateway.PayOut(10_000, "CAD", b.today(), b.Now().Add(time.Hour))
	b.MoveTo(b.Now().Add(10 * time.Minute))
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 11_800, 0)
	if n := b.notices(t, "payout_not_booked"); n != 1 {
		t.Errorf("told %d times", n)
	}
	in := payments.RecordPayout{Key: b.Key(), Gateway: "practice", AmountMinor: 10_000, Currency: "CAD"}
	if err := b.Payments.RecordPayout(ctx, staff, in); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	dbtest.Tamper(t, b.Path, "INSERT INTO exchange_rates (currency, valid_on, rate_e8) VALUES ('CAD', '2020-01-01', 66000000)")
	b.Must(b.Payments.RecordPayout(ctx, staff, in))
	b.stands(t, 11_800-6_600, 6_600)
	b.Sound()
}

// By hand, for who has no news: once by its key, with a warning where one of the day and amount
// is there; and the news of it that come later name it instead of booking it again.
func TestAPayoutByHand(t *testing.T) {
	b := paidBuyer(t)
	b.MoveTo(b.Now().Add(72 * time.Hour))
	in := payments.RecordPayout{Key: b.Key(), Gateway: "practice", AmountMinor: 4_000, ArrivedOn: b.today().String(), Reference: "VIR STRIPE"}
	b.Must(b.Payments.RecordPayout(ctx, staff, in))
	b.Must(b.Payments.RecordPayout(ctx, staff, in)) // the same command
	b.stands(t, 7_800, 4_000)
	in.Key = b.Key()
	if err := b.Payments.RecordPayout(ctx, staff, in); !isFault(err, "fault.payout.twice") {
		t.Error(err)
	}
	in.Key, in.Anyway = b.Key(), true
	b.Must(b.Payments.RecordPayout(ctx, staff, in))
	b.stands(t, 3_800, 8_000)
	rows := b.payouts(t)
	if len(rows) != 2 || !rows[0].ByHand || !rows[0].CanCancel || rows[0].AddedBy == "" || rows[0].Told || rows[0].Reference != "VIR STRIPE" {
		t.Fatalf("%+v", rows)
	}
	b.Must(b.Payments.CancelPayout(ctx, staff, rows[0].ID))
	if err := b.Payments.CancelPayout(ctx, staff, rows[0].ID); err == nil {
		t.Error("cancelled twice")
	}
	b.stands(t, 7_800, 4_000)
	// Its news: the one that stands is it. A second of the same amount is another one.
	b.Gateway.PayOut(4_000, "EUR", b.today().AddDays(-2), b.Now().Add(-60*time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 7_800, 4_000)
	b.MoveTo(b.Now().Add(10 * time.Minute))
	b.Gateway.PayOut(4_000, "EUR", b.today(), b.Now().Add(-50*time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 3_800, 8_000)
	if rows := b.payouts(t); len(rows) != 3 || rows[0].CanCancel && rows[1].CanCancel {
		t.Errorf("%+v", rows)
	}
	b.Sound()
}

// It was written down by hand, and went back to the gateway before any news were read: the money is
// there again, and the firm is told. What the gateway sends instead is booked.
func TestAPayoutByHandThatWentBack(t *testing.T) {
	b := paidBuyer(t)
	b.MoveTo(b.Now().Add(72 * time.Hour))
	b.Must(b.Payments.RecordPayout(ctx, staff, payments.RecordPayout{Key: b.Key(), Gateway: "practice", AmountMinor: 4_000, ArrivedOn: b.today().String()}))
	b.Gateway.FailPayout(b.Gateway.PayOut(4_000, "EUR", b.today().AddDays(-1), b.Now().Add(-60*time.Hour)))
	for range 2 {
		b.Must(b.Payments.AskOpen(ctx))
		b.MoveTo(b.Now().Add(10 * time.Minute))
	}
	b.stands(t, 11_800, 0)
	if rows := b.payouts(t); len(rows) != 1 || rows[0].ReversedOn == "" || !rows[0].Told || b.notices(t, "payout_failed") != 1 {
		t.Errorf("%+v", rows)
	}
	b.Gateway.PayOut(4_000, "EUR", b.today(), b.Now().Add(-time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	b.stands(t, 7_800, 4_000)
	b.Sound()
}

func TestRecordPayoutRefuses(t *testing.T) {
	b := paidBuyer(t)
	for name, change := range map[string]func(*payments.RecordPayout){
		"nothing":          func(p *payments.RecordPayout) { p.AmountMinor = 0 },
		"below zero":       func(p *payments.RecordPayout) { p.AmountMinor = -5 },
		"tomorrow":         func(p *payments.RecordPayout) { p.ArrivedOn = b.today().AddDays(2).String() },
		"no day":           func(p *payments.RecordPayout) { p.ArrivedOn = "hier" },
		"no currency":      func(p *payments.RecordPayout) { p.Currency = "XXX" },
		"no such gateway":  func(p *payments.RecordPayout) { p.Gateway = "nobody" },
		"a long reference": func(p *payments.RecordPayout) { p.Reference = fmt.Sprintf("%0200d", 1) },
	} {
		in := payments.RecordPayout{Key: b.Key(), Gateway: "practice", AmountMinor: 100}
		change(&in)
		if err := b.Payments.RecordPayout(ctx, staff, in); err == nil {
			t.Errorf("%s was booked", name)
		}
	}
	if err := b.Payments.RecordPayout(ctx, b.contact(), payments.RecordPayout{Key: b.Key(), Gateway: "practice", AmountMinor: 100}); err == nil {
		t.Error("a customer wrote a payout down")
	}
	if _, err := b.Payments.GatewayMoney(ctx, b.contact()); err == nil {
		t.Error("a customer saw what the gateway holds")
	}
	if err := b.Payments.CancelPayout(ctx, b.contact(), "x"); err == nil {
		t.Error("a customer cancelled one")
	}
	b.stands(t, 11_800, 0)
}
