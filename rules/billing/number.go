package billing

import (
	"fmt"
	"strconv"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
)

// maxNumber is the longest document number that a French platform takes (BR-FR, BT-1).
const maxNumber = 35

// DefaultPattern gives the pattern of numbers that a new series of that kind starts with.
func DefaultPattern(kind Kind) string {
	return map[Kind]string{
		Invoice: "FA-{year}-{n:4}", CreditNote: "AV-{year}-{n:4}", DepositInvoice: "AC-{year}-{n:4}", Quote: "DE-{year}-{n:4}",
	}[kind]
}

// Number writes the n-th number of a series: "FA-{year}-{n:4}" gives FA-2026-0001. The
// digits after n are the least width; past 9999 the number just grows, because a series
// that stops or starts again would break the unbroken order that the law wants (RF §4.2).
func Number(pattern string, year int, n int64) (string, error) {
	if err := CheckPattern(pattern); err != nil {
		return "", err
	}
	if n < 1 {
		return "", fault.New(fault.Invalid, "fault.billing.number_position")
	}
	text := expand(pattern, year, n)
	if len(text) > maxNumber {
		return "", fault.New(fault.Invalid, "fault.billing.number_too_long", "max", maxNumber)
	}
	return text, nil
}

// CheckPattern refuses patterns that could give a forbidden or a repeated number: they
// need one {n} or {n:1} to {n:9}, may hold {year} once, and otherwise only the characters
// A-Z a-z 0-9 + - _ / that e-invoices allow.
func CheckPattern(pattern string) error {
	rest := strings.Replace(pattern, "{year}", "", 1)
	before, after, found := strings.Cut(rest, "{n")
	width, tail, closed := strings.Cut(after, "}")
	switch {
	case strings.TrimSpace(pattern) == "":
		return fault.New(fault.Invalid, "fault.required")
	case !found || !closed || !validWidth(width):
		return fault.New(fault.Invalid, "fault.billing.pattern_needs_n")
	case !numberChars(before + tail):
		return fault.New(fault.Invalid, "fault.billing.pattern_chars")
	case len(expand(pattern, 9999, 999_999_999)) > maxNumber:
		return fault.New(fault.Invalid, "fault.billing.number_too_long", "max", maxNumber)
	}
	return nil
}

// YearlyPattern tells whether the series may start again at 1 each year: only when the
// year stands in the number.
func YearlyPattern(pattern string) bool { return strings.Contains(pattern, "{year}") }

func validWidth(w string) bool {
	return w == "" || len(w) == 2 && w[0] == ':' && w[1] >= '1' && w[1] <= '9'
}

func expand(pattern string, year int, n int64) string {
	text := strings.Replace(pattern, "{year}", fmt.Sprintf("%04d", year), 1)
	before, after, _ := strings.Cut(text, "{n")
	width, tail, _ := strings.Cut(after, "}")
	w, _ := strconv.Atoi(strings.TrimPrefix(width, ":"))
	return fmt.Sprintf("%s%0*d%s", before, w, n, tail)
}

// CheckNumber checks a number that came from outside (an import) against BT-1's rules.
func CheckNumber(number string) error {
	switch {
	case number == "":
		return fault.New(fault.Invalid, "fault.required")
	case len(number) > maxNumber:
		return fault.New(fault.Invalid, "fault.billing.number_too_long", "max", maxNumber)
	case !numberChars(number):
		return fault.New(fault.Invalid, "fault.billing.pattern_chars")
	}
	return nil
}

func numberChars(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+-_/", c) >= 0) {
			return false
		}
	}
	return true
}

// CheckIssueDate refuses an issue date in the future, and one before the last issued
// document of the series: the order of numbers must be the order of dates (RF §4.2).
// lastOfSeries is the zero Date for a series without documents.
func CheckIssueDate(issue, lastOfSeries, today civil.Date) error {
	var f fault.Form
	switch {
	case issue.IsZero():
		f.Add("issue_date", "fault.required")
	case issue.After(today):
		f.Add("issue_date", "fault.billing.issue_in_future", "today", today)
	case !lastOfSeries.IsZero() && issue.Before(lastOfSeries):
		f.Add("issue_date", "fault.billing.issue_before_last", "last", lastOfSeries)
	}
	return f.Err()
}

// Revised gives the number of a later version of a quote: the first one's number and the
// count, DE-2026-0012-2. number is that of version revision.
func Revised(number string, revision, next int64) string {
	if revision > 1 {
		number = strings.TrimSuffix(number, "-"+strconv.FormatInt(revision, 10))
	}
	return number + "-" + strconv.FormatInt(next, 10)
}
