package billing

import "strings"

// SurchargeLaw names a law that forbids a payee to ask for more because of the way the customer
// pays; "" where none is known. Only laws whose text is certain are named.
type SurchargeLaw string

// The laws.
const (
	NoSurchargeLaw SurchargeLaw = ""
	// SurchargeFR: CMF art. L112-12, for every way to pay and every customer.
	SurchargeFR SurchargeLaw = "fr"
	// SurchargeEEA: directive (EU) 2015/2366, art. 62 par. 4, as each state wrote it into its law. It is
	// about consumer cards and transfers in euros; which card it will be nobody knows before it is paid.
	SurchargeEEA SurchargeLaw = "eea"
	// SurchargeGB: Consumer Rights (Payment Surcharges) Regulations 2012, as amended in 2018: consumers.
	SurchargeGB SurchargeLaw = "gb"
	// SurchargeQC: Loi sur la protection du consommateur, art. 224 c): no consumer is asked for more than
	// the announced price.
	SurchargeQC SurchargeLaw = "qc"
)

// France with what is France overseas, and the other states of the European Economic Area.
const (
	surchargeFrance = " FR GF GP MF MQ RE YT "
	surchargeEEA    = " AT BE BG CY CZ DE DK EE ES FI GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "
)

// SurchargeLawOf gives the law that binds a firm: country as ISO 3166-1, region as the firm wrote
// it (only Québec's matters; a Canadian firm that names none may be there).
func SurchargeLawOf(country, region string) SurchargeLaw {
	country, region = strings.ToUpper(strings.TrimSpace(country)), strings.ToLower(strings.TrimSpace(region))
	switch in := func(list string) bool { return country != "" && strings.Contains(list, " "+country+" ") }; {
	case in(surchargeFrance):
		return SurchargeFR
	case in(surchargeEEA):
		return SurchargeEEA
	case country == "GB":
		return SurchargeGB
	case country == "CA" && (region == "" || region == "qc" || region == "québec" || region == "quebec"):
		return SurchargeQC
	}
	return NoSurchargeLaw
}

// ForAll tells whether the law protects every customer, not consumers only.
func (l SurchargeLaw) ForAll() bool { return l == SurchargeFR || l == SurchargeEEA }

// MaySurcharge tells whether a firm of this country and region may ask this kind of customer a fee
// for a way to pay. A firm without a country may not.
func MaySurcharge(country, region string, consumer bool) bool {
	if strings.TrimSpace(country) == "" {
		return false
	}
	law := SurchargeLawOf(country, region)
	return law == NoSurchargeLaw || !law.ForAll() && !consumer
}

// CashLimit is the most that a firm of this country takes in cash by law, in minor units of its
// currency, 0 where no law is known: France, 1 000 euros (CMF L112-6, D112-3 1°).
func CashLimit(country string) int64 {
	if country == "FR" {
		return 100_000
	}
	return 0
}
