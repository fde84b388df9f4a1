// Package holidays knows the public holidays of a year.
//
// What lives here: which days the law of a place names, computed for any year. What must
// not: names for people (keys of texts only), what a firm does on those days. Called by
// office/hours.
//
// Sources, read in November 2026: France, Code du travail L3133-1; Moselle, Bas-Rhin and
// Haut-Rhin, L3134-13; Québec, Loi sur les normes du travail (N-1.1) art. 60 and Loi sur la
// fête nationale (F-1.1); Canada, Code canadien du travail art. 166 and Loi instituant des
// jours de fête légale (H-5). Days that a decree adds once are not known here.
package holidays

import (
	"slices"
	"strings"
	"time"

	"comptoir/core/civil"
)

// Set is a list of holidays that a law gives.
type Set string

// The sets that are known.
const (
	France        Set = "FR"
	AlsaceMoselle Set = "FR-AM"
	Quebec        Set = "CA-QC"
	Canada        Set = "CA"
)

// Day is one public holiday; Name is the ending of its text's key.
type Day struct {
	Name string
	Date civil.Date
}

// Sets are the sets of a country, the most likely for its postcode and region first; none for
// a country that is not known here.
func Sets(country, postcode, region string) []Set {
	switch strings.ToUpper(country) {
	case "FR":
		for _, department := range []string{"57", "67", "68"} {
			if strings.HasPrefix(strings.TrimSpace(postcode), department) {
				return []Set{AlsaceMoselle, France}
			}
		}
		return []Set{France, AlsaceMoselle}
	case "CA":
		if r := strings.ToUpper(strings.TrimSpace(region)); r == "" || r == "QC" || strings.HasPrefix(r, "QU") {
			return []Set{Quebec, Canada}
		}
		return []Set{Canada, Quebec}
	}
	return nil
}

// Of gives the holidays of a year in order; two names may share a day.
func Of(set Set, year int) []Day {
	easter := civil.Easter(year)
	fixed := func(name string, m time.Month, day int) Day { return Day{name, civil.New(year, m, day)} }
	var list []Day
	switch set {
	case France, AlsaceMoselle:
		list = []Day{
			fixed("new_year", time.January, 1), {"easter_monday", easter.AddDays(1)}, fixed("labour", time.May, 1), fixed("victory_1945", time.May, 8),
			{"ascension", easter.AddDays(39)}, {"whit_monday", easter.AddDays(50)}, fixed("bastille", time.July, 14), fixed("assumption", time.August, 15),
			fixed("all_saints", time.November, 1), fixed("armistice", time.November, 11), fixed("christmas", time.December, 25),
		}
		if set == AlsaceMoselle {
			list = append(list, Day{"good_friday", easter.AddDays(-2)}, fixed("boxing", time.December, 26))
		}
	case Quebec:
		list = []Day{
			fixed("new_year", time.January, 1), {"good_friday", easter.AddDays(-2)}, // or Easter Monday, as the employer chooses: this one is more usual
			{"patriots", monday(civil.New(year, time.May, 24), -1)}, fixed("quebec", time.June, 24), {"canada", canadaDay(year)},
			{"labour_september", monday(civil.New(year, time.September, 1), 1)}, {"thanksgiving", monday(civil.New(year, time.October, 8), 1)}, fixed("christmas", time.December, 25),
		}
	case Canada:
		list = []Day{
			fixed("new_year", time.January, 1), {"good_friday", easter.AddDays(-2)}, {"victoria", monday(civil.New(year, time.May, 24), -1)}, {"canada", canadaDay(year)},
			{"labour_september", monday(civil.New(year, time.September, 1), 1)}, fixed("reconciliation", time.September, 30), {"thanksgiving", monday(civil.New(year, time.October, 8), 1)},
			fixed("remembrance", time.November, 11), fixed("christmas", time.December, 25), fixed("boxing", time.December, 26),
		}
	}
	slices.SortStableFunc(list, func(a, b Day) int { return strings.Compare(a.Date.String(), b.Date.String()) })
	return list
}

// monday is d, or the nearest Monday before (-1) or after (1) it.
func monday(d civil.Date, step int) civil.Date {
	for d.Time().Weekday() != time.Monday {
		d = d.AddDays(step)
	}
	return d
}

// canadaDay is the 1st of July, the 2nd where that is a Sunday.
func canadaDay(year int) civil.Date {
	d := civil.New(year, time.July, 1)
	if d.Time().Weekday() == time.Sunday {
		return d.AddDays(1)
	}
	return d
}
