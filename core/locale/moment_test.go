package locale_test

import (
	"strings"
	"testing"
	"time"

	"comptoir/core/locale"
)

func TestMoments(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 18, 0, 0, 0, paris) // a Wednesday
	for _, x := range []struct{ at, fr, en, untilFR, untilEN string }{
		{"2026-11-25 20:05", "aujourd’hui à 20 h 05", "today at 20:05", "jusqu’à 20 h 05", "until 20:05"},
		{"2026-11-26 00:00", "demain à 0 h", "tomorrow at 0:00", "jusqu’à minuit", "until midnight"},
		{"2026-11-26 09:00", "demain à 9 h", "tomorrow at 9:00", "jusqu’à demain 9 h", "until tomorrow at 9:00"},
		{"2026-12-01 09:30", "mardi à 9 h 30", "Tuesday at 9:30", "jusqu’à mardi 9 h 30", "until Tuesday at 9:30"},
		{"2026-12-02 09:00", "le mercredi 2 décembre 2026 à 9 h", "on Wednesday 2 Dec 2026 at 9:00", "jusqu’au mercredi 2 décembre 2026 à 9 h", "until Wednesday 2 Dec 2026 at 9:00"},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", x.at, paris)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range []string{locale.Moment("fr", at.UTC(), now, paris), locale.Moment("en", at, now, paris), locale.Until("fr", at, now, paris), locale.Until("en", at, now.UTC(), paris)} {
			if want := []string{x.fr, x.en, x.untilFR, x.untilEN}[i]; strings.ReplaceAll(got, "\u00a0", " ") != want {
				t.Errorf("%s: %q, not %q", x.at, got, want)
			}
		}
	}
	if got := locale.ClockMinutes("fr", 1440); got != "24\u00a0h" {
		t.Error(got)
	}
}
