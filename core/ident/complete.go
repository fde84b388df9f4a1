package ident

import (
	"slices"
	"strings"
)

// withRegion are the countries whose addresses name the state or province (UPU, addressing systems).
var withRegion = []string{"CA", "US", "AU"}

// withoutPostcode are the countries of the list that have no post codes in addresses (UPU).
var withoutPostcode = []string{"AE", "AG", "AO", "BF", "BI", "BJ", "BO", "BS", "BW", "BZ", "CD", "CF", "CG", "CI", "CM", "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK",
	"JM", "KI", "KM", "KN", "KP", "ML", "MO", "MR", "MW", "NR", "QA", "RW", "SB", "SC", "SL", "SR", "ST", "SY", "TD", "TG", "TK", "TL", "TO", "TV", "UG", "VU", "YE", "ZW"}

// MissingOfAddress names the parts that an address lacks by the rules of its country: line1,
// postcode, city, region, country. Nothing is guessed from the others.
func MissingOfAddress(country, line1, postcode, city, region string) []string {
	missing := []string{}
	need := func(name, value string, wanted bool) {
		if wanted && strings.TrimSpace(value) == "" {
			missing = append(missing, name)
		}
	}
	need("line1", line1, true)
	need("postcode", postcode, !slices.Contains(withoutPostcode, country))
	need("city", city, true)
	need("region", region, slices.Contains(withRegion, country))
	need("country", country, true)
	return missing
}
