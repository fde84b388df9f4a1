package locale

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"comptoir/core/civil"
	"comptoir/core/money"
)

// Percent is a rate in per cent mille as a text's argument: it is written by Rate.
type Percent int64

// Decimal is a number scaled 10^4 as a text's argument: it is written by Number.
type Decimal int64

// node is a piece of a parsed message: plain text, or a placeholder with its cases.
type node struct {
	text  string            // plain text when name is ""
	name  string            // placeholder; "#" is the number of the plural around it
	kind  string            // "", "plural" or "select"
	cases map[string][]node // of plural and select
}

var errMessage = errors.New("message is not of the ICU form in use")

var parsed sync.Map // message → []node

func format(lang Lang, message string, args map[string]any) string {
	if !strings.ContainsAny(message, "{'") {
		return message
	}
	nodes, ok := parsed.Load(message)
	if !ok {
		n, err := parseMessage(message)
		if err != nil {
			return message
		}
		nodes, _ = parsed.LoadOrStore(message, n)
	}
	var b strings.Builder
	write(&b, lang, nodes.([]node), args, 0)
	return b.String()
}

func write(b *strings.Builder, lang Lang, nodes []node, args map[string]any, number int64) {
	for _, n := range nodes {
		value := args[n.name]
		switch {
		case n.name == "":
			b.WriteString(n.text)
		case n.name == "#":
			b.WriteString(Integer(lang, number))
		case n.kind == "plural":
			count, _ := integer(value)
			write(b, lang, pick(n.cases, "="+strconv.FormatInt(count, 10), pluralOf(lang, count)), args, count)
		case n.kind == "select":
			write(b, lang, pick(n.cases, written(lang, value), ""), args, number)
		default:
			b.WriteString(written(lang, value))
		}
	}
}

func pick(cases map[string][]node, first, second string) []node {
	if c, ok := cases[first]; ok {
		return c
	}
	if c, ok := cases[second]; ok {
		return c
	}
	return cases["other"]
}

// pluralOf gives the CLDR plural category of a whole number: French takes 0 and 1 (and
// −1) as one, English only 1. The categories "many" and "few" are not used.
func pluralOf(lang Lang, n int64) string {
	if n == 1 || n == -1 || (lang == FR && n == 0) {
		return "one"
	}
	return "other"
}

func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case float64: // numbers that came through JSON
		return int64(n), true
	}
	return 0, false
}

// written gives the text of one argument.
func written(lang Lang, v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case civil.Date:
		return Date(lang, x)
	case money.Amount:
		return Amount(lang, x.Minor, x.Currency)
	case Percent:
		return Rate(lang, int64(x))
	case Decimal:
		return Number(lang, int64(x))
	case time.Time:
		return DateTime(lang, x, x.Location())
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// placeholders gives the names and kinds that a message uses, for the parity test.
func placeholders(message string) (string, error) {
	nodes, err := parseMessage(message)
	if err != nil {
		return "", fmt.Errorf("%w: %q", err, message)
	}
	seen := map[string]bool{}
	collect(nodes, seen)
	return strings.Join(slices.Sorted(maps.Keys(seen)), ","), nil
}

func collect(nodes []node, seen map[string]bool) {
	for _, n := range nodes {
		if n.name != "" && n.name != "#" {
			seen[n.name] = true
		}
		for _, c := range n.cases {
			collect(c, seen)
		}
	}
}
