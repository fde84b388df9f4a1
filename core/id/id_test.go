package id

import (
	"regexp"
	"sync"
	"testing"
)

var form = regexp.MustCompile(`^[a-z2-7]{26}$`)

func TestIdentifiersHaveOneFormAndNeverRepeat(t *testing.T) {
	for name, source := range map[string]Source{"random": Random(), "seeded": Seeded(7)} {
		seen := map[string]bool{}
		for range 10_000 {
			s := source()
			if !form.MatchString(s) {
				t.Fatalf("%s: %q", name, s)
			}
			if seen[s] {
				t.Fatalf("%s: %q came twice", name, s)
			}
			seen[s] = true
		}
	}
}

func TestSeededRepeatsItself(t *testing.T) {
	a, b, c := Seeded(42), Seeded(42), Seeded(43)
	for i := range 100 {
		x, y, z := a(), b(), c()
		if x != y || x == z {
			t.Fatalf("%d: %q %q %q", i, x, y, z)
		}
	}
}

func TestSeededFromManySides(t *testing.T) {
	s := Seeded(1)
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				x := s()
				mu.Lock()
				seen[x] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 4000 {
		t.Fatalf("%d different of 4000", len(seen))
	}
}
