package billing

import (
	"slices"
	"strconv"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
)

// ChargePolicy says when an invoice is charged to a kept method by itself, and when again
// after it was declined.
type ChargePolicy struct {
	AtIssue   bool  // else on the due date
	RetryDays []int // days after the first charge, growing
}

// The bounds of a policy: the networks of cards count tries, and a month is enough to learn
// that there is no money.
const (
	MostRetries   = 8
	LastRetryDay  = 30
	ConfirmWithin = 7 // days that a customer has to confirm a charge where no retry follows
)

// First is the day of the first charge; never before today.
func (p ChargePolicy) First(issued, due, today civil.Date) civil.Date {
	on := due
	if p.AtIssue || due.IsZero() {
		on = issued
	}
	if on.Before(today) {
		return today
	}
	return on
}

// Retry is the day of the n-th retry (1 = the first) of charges that began on a day, after
// one that failed today. ok is false where the policy has no more. Never on the day of the
// failure: a machine that slept does not make two tries of one day.
func (p ChargePolicy) Retry(n int, first, today civil.Date) (on civil.Date, ok bool) {
	if n < 1 || n > len(p.RetryDays) {
		return civil.Date{}, false
	}
	on = first.AddDays(p.RetryDays[n-1])
	if !on.After(today) {
		on = today.AddDays(1)
	}
	return on, true
}

// ParseRetryDays reads "1, 3, 5, 7"; empty means that nothing is tried again.
func ParseRetryDays(s string) ([]int, error) {
	days := []int{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\u00a0' || r == '\u202f' }) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > LastRetryDay || len(days) > 0 && n <= days[len(days)-1] || len(days) == MostRetries {
			return nil, fault.New(fault.Invalid, "fault.charging.retry_days", "most", MostRetries, "last", LastRetryDay)
		}
		days = append(days, n)
	}
	return days, nil
}

// RetryDaysText is how the days are stored and shown.
func RetryDaysText(days []int, between string) string {
	list := make([]string, len(days))
	for i, n := range days {
		list[i] = strconv.Itoa(n)
	}
	return strings.Join(list, between)
}

// hard are the reasons after which the same method is never tried again: the bank said that
// it will not work, and trying on is what card networks fine.
var hard = []string{"expired", "lost", "stolen", "lost_or_stolen", "closed", "account_closed", "number", "wrong_card", "invalid", "not_supported", "mandate", "do_not_retry", "fraud", "restricted"}

// HardDecline tells of a gateway's reason (a key of a text, "gateway.reason.stolen") whether
// another try with the same method is of no use.
func HardDecline(reason string) bool {
	return slices.Contains(hard, strings.TrimPrefix(reason, "gateway.reason."))
}
