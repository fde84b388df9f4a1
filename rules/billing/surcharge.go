package billing

import "strings"

// noSurcharge are the countries whose law forbids a payee to ask for more because of the way
// the customer pays: the European Economic Area for the cards and transfers that it regulates
// (directive (EU) 2015/2366, article 62 §4), France for all of them (CMF art. L112-12), with
// its departments overseas, and the United Kingdom (Payment Surcharges Regulations 2012).
const noSurcharge = " AT BE BG CY CZ DE DK EE ES FI FR GF GP GR HR HU IE IS IT LI LT LU LV MF MQ MT NL NO PL PT RE RO SE SI SK YT GB "

// MaySurcharge tells whether a firm of this country may ask a fee for a way to pay.
func MaySurcharge(country string) bool {
	return country != "" && !strings.Contains(noSurcharge, " "+strings.ToUpper(country)+" ")
}
