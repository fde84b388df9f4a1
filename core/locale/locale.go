// Package locale turns keys, amounts and dates into text for people, and typed numbers
// back into values.
//
// What lives here: the one catalogue of texts (texts/*.json, read by the window too; packed in
// the program that scripts/build makes), the small part of ICU messages that it uses, and the
// written forms of amounts, rates and dates in French and English. What must not: any sentence
// in code, any rule. Called by the edges and the app; rules only name keys.
package locale

import (
	"slices"
	"strconv"
	"strings"
)

// Lang is "fr" or "en". It is an alias because the language of a person is a plain string
// wherever it is stored or travels (actor, database, cookie); Of makes any string safe.
type Lang = string

// The languages of the program; French is the one that stands in for an unknown one.
const (
	FR Lang = "fr"
	EN Lang = "en"
)

// Langs lists the languages, the first choice first.
func Langs() []Lang { return []Lang{FR, EN} }

// Of gives the program's language for a tag such as "en-CA": English for English, else French.
func Of(tag string) Lang {
	tag = strings.ToLower(strings.TrimSpace(tag))
	if tag == EN || strings.HasPrefix(tag, "en-") || strings.HasPrefix(tag, "en_") {
		return EN
	}
	return FR
}

// Either gives what the firm wrote in a language; where it wrote in the other one alone, that.
func Either(lang, fr, en string) string {
	if Of(lang) == EN && strings.TrimSpace(en) != "" || strings.TrimSpace(fr) == "" {
		return en
	}
	return fr
}

// Parse reads an Accept-Language header: the language of ours with the highest weight,
// the earlier one on a tie, French when none is named.
func Parse(acceptLanguage string) Lang {
	best, weight := FR, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(part, ";")
		tag = strings.ToLower(strings.TrimSpace(tag))
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil || f < 0 || f > 1 {
				continue
			}
			q = f
		}
		base, _, _ := strings.Cut(tag, "-")
		if slices.Contains(Langs(), base) && q > weight {
			best, weight = base, q
		}
	}
	return best
}

// T gives the text of key in lang with its placeholders filled in. A missing key gives
// ⟦key⟧, which tests look for; the window of a running program still shows something.
func T(lang Lang, key string, args map[string]any) string {
	text, ok := catalogueOf().texts[Of(lang)][key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return format(Of(lang), text, args)
}

// Has tells whether lang has a text for key.
func Has(lang Lang, key string) bool {
	_, ok := catalogueOf().texts[Of(lang)][key]
	return ok
}

// IsMissing tells whether text holds the mark that T leaves for a missing key.
func IsMissing(text string) bool { return strings.Contains(text, "⟦") }

// Keys lists the keys of lang that start with prefix, in order.
func Keys(lang Lang, prefix string) []string {
	keys := []string{}
	for key := range catalogueOf().texts[Of(lang)] {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
