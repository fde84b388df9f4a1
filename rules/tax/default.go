package tax

import (
	"comptoir/core/civil"
	"comptoir/core/ident"
	"comptoir/rules/billing"
)

// Scheme is how a firm stands towards the tax on sales.
type Scheme = string

// The schemes, as the company's settings store them.
const (
	RealPayments Scheme = "real_payments" // VAT of services due on payment
	RealDebits   Scheme = "real_debits"   // option pour les débits: due on the invoice
	Franchise    Scheme = "franchise"     // franchise en base; small supplier in Canada
	Quebec       Scheme = "quebec"        // registered for TPS and TVQ
	None         Scheme = "none"
)

// Regime is how a customer is taxed.
type Regime = string

// The regimes, as customers store them.
const (
	Domestic      Regime = "domestic"
	Union         Regime = "eu" // a firm with a VAT number in another member state
	Abroad        Regime = "export"
	QuebecBuyer   Regime = "quebec"
	CanadaBuyer   Regime = "canada" // another province
	ReverseCharge Regime = "reverse_charge"
	ExemptBuyer   Regime = "exempt"
)

// Default gives the codes of the taxes that a line of that sale starts with; the clerk may
// choose others. It never leaves a line without one: where nothing is known it is NoTax.
func Default(sellerCountry string, scheme Scheme, buyer Regime, nature billing.Nature, on civil.Date) []string {
	codes := choose(sellerCountry, scheme, buyer, nature)
	for _, code := range codes {
		if r, ok := Find(code); !ok || !r.InForce(on) {
			return []string{NoTax}
		}
	}
	return codes
}

func choose(seller string, scheme Scheme, buyer Regime, nature billing.Nature) []string {
	switch {
	case scheme == None:
		return []string{NoTax}
	case seller == "FR" && scheme == Franchise: // art. 293 B covers all that the firm sells
		return []string{"FR-FRANCHISE"}
	case scheme == Franchise:
		return []string{NoTax}
	case seller == "FR":
		return []string{fromFrance(buyer, nature)}
	case seller == "CA":
		return fromQuebec(buyer)
	case seller == "BE" && buyer == Domestic:
		return []string{"BE-21"}
	case seller == "LU" && buyer == Domestic:
		return []string{"LU-17"}
	case seller == "CH" && buyer == Domestic:
		return []string{"CH-8.1"}
	}
	return []string{NoTax}
}

func fromFrance(buyer Regime, nature billing.Nature) string {
	goods := nature == billing.Goods
	switch buyer {
	case ReverseCharge:
		return "FR-AE-BTP"
	case ExemptBuyer:
		return "FR-E-275"
	case Union:
		if goods {
			return "FR-K"
		}
		return "FR-AE-UE"
	case Abroad, QuebecBuyer, CanadaBuyer:
		if goods {
			return "FR-G"
		}
		return "FR-O"
	}
	return "FR-20"
}

func fromQuebec(buyer Regime) []string {
	switch buyer {
	case Domestic, QuebecBuyer:
		return []string{"QC-TPS", "QC-TVQ"}
	case CanadaBuyer:
		return []string{"CA-TPS"}
	case Union, Abroad:
		return []string{"QC-DETAXE"}
	}
	return []string{"QC-EXONERE"}
}

// RegimeOf proposes the regime of a new customer from both countries. A member state's
// consumer (no VAT number) is taxed as at home.
func RegimeOf(sellerCountry, buyerCountry, buyerRegion string, business, hasVATNumber bool) Regime {
	switch {
	case sellerCountry == "CA" && buyerCountry == "CA" && (buyerRegion == "" || buyerRegion == "QC" || buyerRegion == "Québec"):
		return QuebecBuyer
	case sellerCountry == "CA" && buyerCountry == "CA":
		return CanadaBuyer
	case buyerCountry == "" || buyerCountry == sellerCountry || sellerCountry == "FR" && buyerCountry == "MC": // Monaco is French territory for VAT
		return Domestic
	case ident.InUnion(sellerCountry) && ident.InUnion(buyerCountry):
		if business && hasVATNumber {
			return Union
		}
		return Domestic
	}
	return Abroad
}
