package charging_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/office/charging"
	"comptoir/office/payments"
	"comptoir/office/recurring"
)

// reference tells, written apart from the room, what becomes of an invoice due on a day, by
// what the gateway answers to each call, on a machine that looks once a day.
func reference(due civil.Date, retries []int, answers []string, paidOn civil.Date, until civil.Date) (story []string, taken int) {
	on, try := due, 0
	for {
		if !paidOn.IsZero() && !paidOn.After(on) { // it was paid before the look of that day
			return append(story, on.String()+" cancelled"), taken
		}
		if on.After(until) {
			return append(story, on.String()+" planned"), taken
		}
		answer := "succeeded"
		if try < len(answers) {
			answer = answers[try]
		}
		known := on // the day on which the answer is known
		switch answer {
		case "succeeded":
			return append(story, on.String()+" succeeded"), taken + 1
		case "silent succeeded":
			if on == until {
				return append(story, on.String()+" unknown"), taken + 1
			}
			return append(story, on.String()+" succeeded"), taken + 1
		case "silent declined":
			if known = on.AddDays(1); known.After(until) {
				return append(story, on.String()+" unknown"), taken
			}
		}
		story = append(story, on.String()+" declined")
		if answer == "declined declined_for_good" || try >= len(retries) || !paidOn.IsZero() && !paidOn.After(known) {
			return story, taken
		}
		next := due.AddDays(retries[try])
		if !next.After(known) {
			next = known.AddDays(1)
		}
		on, try = next, try+1
	}
}

// Whatever the gateway answers, whatever the policy, whenever the invoice is paid otherwise:
// what happens is what the reference says, money is taken at most once, and nothing is forgotten.
func TestAgainstReference(t *testing.T) {
	words := []string{"succeeded", "declined", "declined", "declined", "declined declined_for_good", "silent succeeded", "silent declined"}
	for seed := range uint64(24) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 4))
			f := newFirm(t)
			c := f.Customer("Client", nil)
			f.keep(c, 0, 0)
			retries := []int{}
			for d := 1 + rng.IntN(4); len(retries) < rng.IntN(5); d += 1 + rng.IntN(4) {
				retries = append(retries, d)
			}
			answers := []string{}
			for range rng.IntN(7) {
				answers = append(answers, words[rng.IntN(len(words))])
			}
			var paidOn civil.Date
			due, until := civil.MustParse("2026-12-15"), civil.MustParse("2027-01-02")
			if rng.IntN(3) == 0 {
				paidOn = civil.MustParse("2026-12-10").AddDays(rng.IntN(12))
			}
			v, err := f.Settings(ctx, staff)
			f.Must(err)
			_, err = f.SaveSettings(ctx, staff, charging.Settings{RetryDays: strings.Trim(strings.ReplaceAll(fmt.Sprint(retries), " ", ", "), "[]"), Version: v.Version})
			f.Must(err)
			f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
			f.day("2026-12-01")
			doc := f.invoice()
			f.say(answers...)
			want, taken := reference(due, retries, answers, paidOn, until)
			byHand := false
			for d := civil.MustParse("2026-12-10"); !d.After(until); d = d.AddDays(1) {
				f.Move(d.String())
				if d == paidOn { // in the morning, before the look
					f.Must(f.Payments.AskOpen(ctx))
					f.Must(f.Round(ctx))
					_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: doc, Method: "transfer"})
					byHand = err == nil
				}
				f.pass()
			}
			f.wantStory(doc, strings.Join(want, ", "))
			if n := f.charged(); n != taken || n > 1 {
				t.Errorf("taken %d times, want %d (%v, %v)", n, taken, answers, retries)
			}
			paid := f.count("SELECT count(*) FROM document_status WHERE due_minor = 0 AND kind = 'invoice'") == 1
			if last := want[len(want)-1]; paid != (byHand || strings.HasSuffix(last, "succeeded")) {
				t.Errorf("paid: %v (%v)", paid, want)
			}
			if keys := f.keys(); len(slices.Compact(keys)) != len(keys) {
				t.Errorf("a key was sent twice: %v", keys)
			}
			f.Sound()
		})
	}
}

// keys are the keys of the charges that reached the gateway, sorted.
func (f *firm) keys() (list []string) {
	for _, a := range f.Gateway.Charges {
		if a.Kind == payments.IntentCharge {
			list = append(list, a.Key)
		}
	}
	slices.Sort(list)
	return list
}
