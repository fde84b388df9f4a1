package gateway

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/rules/billing"
)

// Every reason that an edge gives for a charge that was not made is classified in the rules,
// so that none is tried again by mistake; and none is classified that nobody gives any more.
func TestReasonsAreClassified(t *testing.T) {
	word := regexp.MustCompile(`"gateway\.reason\.([a-z_]+)"`)
	given := []string{}
	for _, dir := range []string{".", "../../office/payments"} { // the engine has some of its own
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range word.FindAllStringSubmatch(string(source), -1) {
				if key := "gateway.reason." + m[1]; m[1] != "not_booked" && !strings.HasPrefix(m[1], "refund") && !slices.Contains(given, key) { // of money that is given back
					given = append(given, key)
				}
			}
		}
	}
	known := billing.DeclinesKnown()
	for _, key := range given {
		if !slices.Contains(known, key) {
			t.Errorf("%s is given, and neither hard nor soft", key)
		}
	}
	for _, key := range known {
		if !slices.Contains(given, key) {
			t.Errorf("%s is classified, and given by nobody", key)
		}
	}
	for _, lang := range []locale.Lang{"fr", "en"} {
		for _, key := range given {
			if !locale.Has(lang, key) {
				t.Errorf("%s has no words in %s", key, lang)
			}
		}
	}
}

// A bank that calls a card stolen is not told on, and the card is not charged again.
func TestStolenCards(t *testing.T) {
	for _, code := range []string{"stolen_card", "lost_card", "pickup_card", "fraudulent", "restricted_card"} {
		reason := reasonOf(code, "card_declined")
		if billing.DeclineOf(reason) != billing.HardDecline {
			t.Errorf("%s is tried again", code)
		}
		for _, lang := range []string{"fr", "en"} {
			if locale.T(lang, reason, nil) != locale.T(lang, reasonDeclined, nil) {
				t.Errorf("%s has words of its own", code)
			}
		}
	}
}
