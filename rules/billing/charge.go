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
	MostRetries  = 8
	LastRetryDay = 30
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

// Decline is what a gateway's reason means for the next try with the same method.
type Decline int

// The kinds of declines. A reason that nobody classified is a soft one.
const (
	SoftDecline   Decline = iota // another day may be a better one: the policy tries again
	HardDecline                  // the same order would be declined for ever, and trying on is what card networks fine
	HolderDecline                // the bank would take it, were the holder there to confirm it
)

// declines are the reasons of gateways (keys of texts, without "gateway.reason."). The tests of
// the edges walk all that are given and find each of them here.
var declines = map[string]Decline{
	"authentication":          HolderDecline,
	"authentication_required": HolderDecline,
	"second_step_refused":     HolderDecline,

	"account_closed":         HardDecline,
	"account_invalid":        HardDecline,
	"amount_step":            HardDecline, // the amount stays what it is
	"amount_too_large":       HardDecline,
	"amount_too_small":       HardDecline,
	"card_not_supported":     HardDecline,
	"currency_not_supported": HardDecline,
	"debit_not_authorized":   HardDecline,
	"closed":                 HardDecline, // the firm ended it by hand
	"declined_for_good":      HardDecline, // lost, stolen, fraudulent: said to nobody
	"expired_card":           HardDecline,
	"incorrect_address":      HardDecline, // what is kept is what is sent again
	"incorrect_cvc":          HardDecline,
	"incorrect_number":       HardDecline,
	"live_card":              HardDecline,
	"method_not_kept":        HardDecline,
	"method_unusable":        HardDecline,
	"revoked":                HardDecline,
	"test_card":              HardDecline,
	"trial":                  HardDecline,

	"call_bank":          SoftDecline,
	"changed":            SoftDecline, // paid or credited meanwhile: another try asks for what is due then
	"clock":              SoftDecline, // the firm's machine
	"declined":           SoftDecline,
	"duplicate":          SoftDecline,
	"insufficient_funds": SoftDecline,
	"kind_off":           SoftDecline,
	"limit_exceeded":     SoftDecline,
	"missing":            SoftDecline, // the firm's keys
	"not_set_up":         SoftDecline,
	"try_later":          SoftDecline,
	"unreachable":        SoftDecline,
}

// DeclineOf tells what a gateway's reason ("gateway.reason.expired_card") means for the next try.
func DeclineOf(reason string) Decline {
	return declines[strings.TrimPrefix(reason, "gateway.reason.")]
}

// DeclinesKnown are the reasons that are classified, sorted, as keys of texts.
func DeclinesKnown() []string {
	list := make([]string, 0, len(declines))
	for name := range declines {
		list = append(list, "gateway.reason."+name)
	}
	slices.Sort(list)
	return list
}
