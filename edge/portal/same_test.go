package portal_test

import (
	"fmt"
	"math"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
)

// asked is one question of a stranger's, with a name that is known and one that is not. Both are
// equally long: what the stranger typed himself tells him nothing.
type asked struct {
	what, known, unknown string
	to                   func(f *firm, name string) (path, form string)
}

// doors are all places where somebody without a session may type a name, an address or a number.
func doors() []asked {
	at := func(path, field, more string) func(*firm, string) (string, string) {
		return func(_ *firm, name string) (string, string) {
			return path, url.Values{field: {name}}.Encode() + more
		}
	}
	step := func(step, field string) func(*firm, string) (string, string) {
		return func(_ *firm, name string) (string, string) {
			form, err := url.ParseQuery(steps("visiteur@lenoir.example")[step])
			if err != nil {
				panic(err)
			}
			form.Set(field, name)
			return "/demande/" + step, form.Encode()
		}
	}
	return []asked{
		{"sign-in", "claire@martin.example", "nobody@martin.example", at("/connexion", "nom", "&mot-de-passe=Wrong-password-1")},
		{"forgotten password", "claire@martin.example", "nobody@martin.example", at("/mot-de-passe/oublie", "nom", "")},
		{"forgotten password by user name", "claire.dupont", "claire.dupond", at("/mot-de-passe/oublie", "nom", "")},
		{"forgotten user name", "claire@martin.example", "nobody@martin.example", at("/nom-utilisateur/oublie", "courriel", "")},
		{"registration: address", "claire@martin.example", "nobody@martin.example", step("contact", "courriel")},
		{"registration: user name", "claire.dupont", "claire.dupond", step("contact", "identifiant")},
		{"registration: tax number", "123456789", "987654321", step("societe", "numero")},
		{"subscription: an access", "claire@martin.example", "nobody@martin.example", subscribing},
		{"subscription: on file without one", "odile@martin.example", "autre@martin.example", subscribing},
	}
}

func subscribing(f *firm, email string) (path, form string) {
	return "/abonnement/" + f.plans["plan-link"] + "/inscription", written(email)
}

// claireIsKnown makes her known by all of them.
func (f *firm) claireIsKnown(s *visitor) {
	f.Helper()
	registering(f)
	f.must(f.knownNumber("123456789"))
	f.onFile("odile@martin.example", false)
	s.get(f.newPasswordLink(f.claire))
	if a := s.post("/mot-de-passe", "mot-de-passe="+good); a.status != 303 {
		f.Fatalf("choose password: %d", a.status)
	}
	if _, err := f.raw.Exec("UPDATE contact_credentials SET user_name = 'claire.dupont'"); err != nil {
		f.Fatal(err)
	}
}

// begun is a stranger who has a request for access under way.
func (f *firm) begun(v *visitor) *visitor {
	f.Helper()
	if a := v.post("/inscription/detail", "version=1&conditions=1"); a.status != 303 {
		f.Fatalf("request not begun: %d %s", a.status, excerpt(a.body))
	}
	path, _ := subscribing(f, "")
	v.get(path)
	return v
}

var mailKind = regexp.MustCompile(`^(InsertMail :one \d+ \d+) \d+`)

// TestKnownAndUnknownAreTheSameWork: within the request the file is asked the same, with values
// of the same sizes, and the page is the same to the byte. What a known name makes more is done
// after the answer.
func TestKnownAndUnknownAreTheSameWork(t *testing.T) {
	for _, d := range doors() {
		t.Run(d.what, func(t *testing.T) {
			driver, work := dbtest.Counted(t)
			f := newFirmOn(t, driver, selling)
			s := f.serve()
			f.claireIsKnown(f.visitor(s))
			answer := func(name string) (did []string, page string) {
				f.turn(5 * time.Hour) // nothing rests, nothing is a moment ago
				v := f.begun(f.visitor(s))
				path, form := d.to(f, name)
				did = work.Of(func() {
					a := v.post(path, form)
					page = fmt.Sprintln(a.status, a.header.Get("Location"), strings.ReplaceAll(a.body, name, "NAME"))
				})
				for i, line := range did { // the name of the kind is some letters longer or shorter
					did[i] = mailKind.ReplaceAllString(line, "$1 kind")
				}
				f.runJobs()
				return did, page
			}
			answer(d.unknown + "x") // what is read for the first time is read here
			known, knownPage := answer(d.known)
			unknown, unknownPage := answer(d.unknown)
			if len(known) == 0 || !slices.Equal(known, unknown) {
				t.Errorf("known:\n%s\nunknown:\n%s", strings.Join(known, "\n"), strings.Join(unknown, "\n"))
			}
			if knownPage != unknownPage {
				t.Errorf("known:\n%s\nunknown:\n%s", excerpt(knownPage), excerpt(unknownPage))
			}
			again, againPage := answer(d.unknown)
			if !slices.Equal(again, unknown) || againPage != unknownPage {
				t.Errorf("the same name again does other work:\n%s", strings.Join(again, "\n"))
			}
		})
	}
}

// TestKnownAndUnknownTakeTheSameTime measures what TestKnownAndUnknownAreTheSameWork counts. A
// busy machine makes clocks lie, so it runs where COMPTOIR_TIMING is set (the number of pairs):
// COMPTOIR_TIMING=200 go test ./edge/portal -run TakeTheSameTime -v
func TestKnownAndUnknownTakeTheSameTime(t *testing.T) {
	pairs := 0
	if _, err := fmt.Sscan(os.Getenv("COMPTOIR_TIMING"), &pairs); err != nil || pairs < 20 {
		t.Skip("a measurement: set COMPTOIR_TIMING to the number of pairs, at least 20")
	}
	for _, d := range doors() {
		t.Run(d.what, func(t *testing.T) {
			f := newFirm(t, selling)
			s := f.serve()
			f.claireIsKnown(f.visitor(s))
			took := func(name string) float64 {
				f.turn(5 * time.Hour)
				v := f.begun(f.visitor(s))
				path, form := d.to(f, name)
				began := time.Now()
				v.post(path, form)
				spent := time.Since(began)
				f.runJobs()
				return spent.Seconds() * 1000
			}
			for range 5 {
				took(d.unknown)
			}
			var known, unknown []float64
			for i := range pairs { // turn about, so that what drifts drifts for both
				if i%2 == 0 {
					known, unknown = append(known, took(d.known)), append(unknown, took(d.unknown))
				} else {
					unknown, known = append(unknown, took(d.unknown)), append(known, took(d.known))
				}
			}
			z := rankTest(known, unknown)
			a, b := median(known), median(unknown)
			t.Logf("%d pairs: median %.2f ms known, %.2f ms unknown, z = %.2f", pairs, a, b, z)
			if math.Abs(z) > 4 && math.Abs(a-b) > 0.05*max(a, b) { // one in 16 000 by chance, and large enough to be heard over a network
				t.Errorf("the two can be told apart: z = %.2f, medians %.2f and %.2f ms", z, a, b)
			}
		})
	}
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}

// rankTest is Mann and Whitney's U as a normal deviate: 0 where neither of the two is slower.
func rankTest(a, b []float64) float64 {
	var u float64
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				u++
			case x == y:
				u += 0.5
			}
		}
	}
	n, m := float64(len(a)), float64(len(b))
	return (u - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
}

func TestRankTest(t *testing.T) {
	var low, high []float64
	for i := range 40 {
		low, high = append(low, float64(i)), append(high, float64(i)+20)
	}
	if z := rankTest(low, low); z != 0 {
		t.Errorf("the same: %f", z)
	}
	if z := rankTest(high, low); z < 4 {
		t.Errorf("slower: %f", z)
	}
}
