package locale_test

import (
	"testing"

	"comptoir/core/locale"
)

func TestSize(t *testing.T) {
	for n, want := range map[int64][2]string{0: {"0\u00a0o", "0\u00a0bytes"}, 318: {"318\u00a0o", "318\u00a0bytes"}, 43_000: {"42\u00a0Ko", "42\u00a0kB"}, 1 << 20: {"1\u00a0Mo", "1\u00a0MB"},
		1_300_000: {"1,2\u00a0Mo", "1.2\u00a0MB"}, 50 << 20: {"50\u00a0Mo", "50\u00a0MB"}, 999_999: {"977\u00a0Ko", "977\u00a0kB"}} {
		if got := [2]string{locale.Size(locale.FR, n), locale.Size(locale.EN, n)}; got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
