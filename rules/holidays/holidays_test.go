package holidays_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/rules/holidays"
)

func days(set holidays.Set, year int) string {
	var list []string
	for _, d := range holidays.Of(set, year) {
		list = append(list, d.Date.String()[5:])
	}
	return strings.Join(list, " ")
}

// Calendars as the governments published them.
func TestKnownYears(t *testing.T) {
	for _, x := range []struct {
		set  holidays.Set
		year int
		want string
	}{
		{holidays.France, 2024, "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25"},
		{holidays.France, 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25"},
		{holidays.France, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"},
		{holidays.France, 2008, "01-01 03-24 05-01 05-01 05-08 05-12 07-14 08-15 11-01 11-11 12-25"}, // the Ascension on the 1st of May
		{holidays.AlsaceMoselle, 2026, "01-01 04-03 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25 12-26"},
		{holidays.Quebec, 2025, "01-01 04-18 05-19 06-24 07-01 09-01 10-13 12-25"},
		{holidays.Quebec, 2026, "01-01 04-03 05-18 06-24 07-01 09-07 10-12 12-25"},
		{holidays.Quebec, 2029, "01-01 03-30 05-21 06-24 07-02 09-03 10-08 12-25"}, // the 1st of July is a Sunday
		{holidays.Canada, 2026, "01-01 04-03 05-18 07-01 09-07 09-30 10-12 11-11 12-25 12-26"},
		{holidays.Guadeloupe, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 05-27 07-14 08-15 11-01 11-11 12-25"},
		{holidays.Martinique, 2026, "01-01 04-06 05-01 05-08 05-14 05-22 05-25 07-14 08-15 11-01 11-11 12-25"},
		{holidays.Guyane, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 06-10 07-14 08-15 11-01 11-11 12-25"},
		{holidays.Reunion, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-20 12-25"},
		{holidays.Mayotte, 2026, "01-01 04-06 04-27 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"},
		{holidays.SaintMartin, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 05-27 07-14 08-15 11-01 11-11 12-25"},
		{holidays.SaintBarthelemy, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 10-09 11-01 11-11 12-25"},
		{holidays.Ontario, 2025, "01-01 02-17 04-18 05-19 07-01 09-01 10-13 12-25 12-26"},
		{holidays.Ontario, 2026, "01-01 02-16 04-03 05-18 07-01 09-07 10-12 12-25 12-26"},
		{"DE", 2026, ""},
	} {
		if got := days(x.set, x.year); got != x.want {
			t.Errorf("%s %d:\n%s, not\n%s", x.set, x.year, got, x.want)
		}
	}
}

func TestSetsOfAPlace(t *testing.T) {
	for _, x := range []struct {
		country, postcode, region string
		want                      []holidays.Set
	}{
		{"FR", "69001", "", []holidays.Set{holidays.France, holidays.AlsaceMoselle}},
		{"FR", "67000", "", []holidays.Set{holidays.AlsaceMoselle, holidays.France}},
		{"fr", "", "", []holidays.Set{holidays.France, holidays.AlsaceMoselle}},
		{"CA", "H2X 1Y4", "Québec", []holidays.Set{holidays.Quebec, holidays.Canada, holidays.Ontario}},
		{"CA", "M5V 2T6", "ON", []holidays.Set{holidays.Ontario, holidays.Canada, holidays.Quebec}},
		{"CA", "V6B 1A1", "BC", []holidays.Set{holidays.Canada, holidays.Quebec, holidays.Ontario}},
		{"FR", "97400", "", []holidays.Set{holidays.Reunion, holidays.France}},
		{"FR", "97110", "", []holidays.Set{holidays.Guadeloupe, holidays.France}},
		{"FR", "97150", "", []holidays.Set{holidays.SaintMartin, holidays.France}},
		{"FR", "97133", "", []holidays.Set{holidays.SaintBarthelemy, holidays.France}},
		{"YT", "97600", "", []holidays.Set{holidays.Mayotte, holidays.France}},
		{"DE", "10115", "", nil},
	} {
		if got := holidays.Sets(x.country, x.postcode, x.region); !slices.Equal(got, x.want) {
			t.Errorf("%s %s %s: %v", x.country, x.postcode, x.region, got)
		}
	}
}

// Every year of every set is in order, inside the year, and has each name once.
func TestEveryYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(1970, 2200).Draw(t, "year")
		for _, set := range []holidays.Set{holidays.France, holidays.AlsaceMoselle, holidays.Guadeloupe, holidays.SaintBarthelemy, holidays.Quebec, holidays.Ontario, holidays.Canada} {
			names := map[string]bool{}
			var before string
			for _, d := range holidays.Of(set, year) {
				if d.Date.Year != year || names[d.Name] || d.Date.String() < before {
					t.Fatalf("%s %d: %+v", set, year, d)
				}
				names[d.Name], before = true, d.Date.String()
			}
		}
	})
}
