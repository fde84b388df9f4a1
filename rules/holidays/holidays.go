// Package holidays knows the public holidays of a year.
//
// What lives here: which days the law of a place names, computed for any year. What must
// not: names for people (keys of texts only), what a firm does on those days. Called by
// office/hours.
//
// Sources, read in November 2026: France, Code du travail L3133-1; Moselle, Bas-Rhin and
// Haut-Rhin, L3134-13; overseas, L3422-2 (the days that commemorate the abolition of slavery; Good Friday is a
// custom there and no law, the feasts of Mayotte an agreement: neither is here); Québec, Loi sur les normes du travail (N-1.1) art. 60 and Loi sur la
// fête nationale (F-1.1); Canada, Code canadien du travail art. 166 and Loi instituant des
// jours de fête légale (H-5); Ontario, Employment Standards Act, 2000, s. 1(1) “public holiday”. The other
// provinces are not known here, nor are days that a decree adds once.
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
	France          Set = "FR"
	AlsaceMoselle   Set = "FR-AM"
	Guadeloupe      Set = "FR-GP"
	Martinique      Set = "FR-MQ"
	Guyane          Set = "FR-GF"
	Reunion         Set = "FR-RE"
	Mayotte         Set = "FR-YT"
	SaintMartin     Set = "FR-MF"
	SaintBarthelemy Set = "FR-BL"
	Quebec          Set = "CA-QC"
	Ontario         Set = "CA-ON"
	Canada          Set = "CA"
)

// All gives every set that is known.
func All() []Set {
	return []Set{France, AlsaceMoselle, Guadeloupe, Martinique, Guyane, Reunion, Mayotte, SaintMartin, SaintBarthelemy, Quebec, Ontario, Canada}
}

// overseas is where a postcode is, the narrower one first, and the day of the abolition there.
var overseas = []struct {
	postcode string
	set      Set
	month    time.Month
	day      int
}{
	{"97133", SaintBarthelemy, time.October, 9}, {"97150", SaintMartin, time.May, 27}, {"971", Guadeloupe, time.May, 27}, {"972", Martinique, time.May, 22},
	{"973", Guyane, time.June, 10}, {"974", Reunion, time.December, 20}, {"976", Mayotte, time.April, 27},
}

// Day is one public holiday; Name is the ending of its text's key.
type Day struct {
	Name string
	Date civil.Date
}

// Sets are the sets of a country, the most likely for its postcode and region first; none for
// a country that is not known here.
func Sets(country, postcode, region string) []Set {
	country = strings.ToUpper(country)
	for _, o := range overseas {
		if country == "FR" && strings.HasPrefix(strings.TrimSpace(postcode), o.postcode) || "FR-"+country == string(o.set) {
			return []Set{o.set, France}
		}
	}
	switch country {
	case "FR":
		for _, department := range []string{"57", "67", "68"} {
			if strings.HasPrefix(strings.TrimSpace(postcode), department) {
				return []Set{AlsaceMoselle, France}
			}
		}
		return []Set{France, AlsaceMoselle}
	case "CA":
		if r := strings.ToUpper(strings.TrimSpace(region)); r == "" || r == "QC" || strings.HasPrefix(r, "QU") {
			return []Set{Quebec, Canada, Ontario}
		} else if strings.HasPrefix(r, "ON") {
			return []Set{Ontario, Canada, Quebec}
		}
		return []Set{Canada, Quebec, Ontario}
	}
	return nil
}

// Of gives the holidays of a year in order; two names may share a day.
func Of(set Set, year int) []Day {
	easter := civil.Easter(year)
	fixed := func(name string, m time.Month, day int) Day { return Day{name, civil.New(year, m, day)} }
	var list []Day
	switch set {
	case France, AlsaceMoselle, Guadeloupe, Martinique, Guyane, Reunion, Mayotte, SaintMartin, SaintBarthelemy:
		list = []Day{
			fixed("new_year", time.January, 1), {"easter_monday", easter.AddDays(1)}, fixed("labour", time.May, 1), fixed("victory_1945", time.May, 8),
			{"ascension", easter.AddDays(39)}, {"whit_monday", easter.AddDays(50)}, fixed("bastille", time.July, 14), fixed("assumption", time.August, 15),
			fixed("all_saints", time.November, 1), fixed("armistice", time.November, 11), fixed("christmas", time.December, 25),
		}
		if set == AlsaceMoselle {
			list = append(list, Day{"good_friday", easter.AddDays(-2)}, fixed("boxing", time.December, 26))
		}
		for _, o := range overseas {
			if o.set == set {
				list = append(list, fixed("abolition", o.month, o.day))
			}
		}
	case Quebec:
		list = []Day{
			fixed("new_year", time.January, 1), {"good_friday", easter.AddDays(-2)}, // or Easter Monday, as the employer chooses: this one is more usual
			{"patriots", monday(civil.New(year, time.May, 24), -1)}, fixed("quebec", time.June, 24), {"canada", canadaDay(year)},
			{"labour_september", monday(civil.New(year, time.September, 1), 1)}, {"thanksgiving", monday(civil.New(year, time.October, 8), 1)}, fixed("christmas", time.December, 25),
		}
	case Ontario:
		list = []Day{
			fixed("new_year", time.January, 1), {"family", monday(civil.New(year, time.February, 15), 1)}, {"good_friday", easter.AddDays(-2)}, {"victoria", monday(civil.New(year, time.May, 24), -1)},
			{"canada", canadaDay(year)}, {"labour_september", monday(civil.New(year, time.September, 1), 1)}, {"thanksgiving", monday(civil.New(year, time.October, 8), 1)},
			fixed("christmas", time.December, 25), fixed("boxing", time.December, 26),
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
