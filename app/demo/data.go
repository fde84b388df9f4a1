package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
)

//go:embed data/*.json
var files embed.FS

// firmData is data/firm.json.
type firmData struct {
	Name, SPID, Email, LegalForm, SIREN, Registry, APE, NEQ, GST, QST string
	Line1, Postcode, City, Phone, Website                             string
	SupportEmail, SupportPhone, SupportHoursFR, SupportHoursEN        string
	PublicEmail, OwnerPhone                                           string // what stands on documents; what customers never see
	IBAN, BIC, BankName, Accent                                       string
	Insurance, Mediator, InvoiceTerms, Password                       string
	ShareCapital, TermsDays                                           int64
}

// itemData is one row of data/items.json. Prices are decimals, set says who buys it.
type itemData struct {
	Code, Name, Description, Nature, Unit, Price, Cost, Provider, Currency, Tax, Set string
}

// clientData is one row of data/customers.json. SIREN is the number within the fictional
// family, VAT the country whose fictional number it gets.
type clientData struct {
	Kind, Name, Line1, Postcode, City, Region, Country, Lang, Phone, VAT, Regime string
	Contact, Mail, Second, Pays                                                  string
	SIREN, Terms                                                                 int64
	EndOfMonth, Books, SignIn                                                    bool
}

// moreData is data/more.json: the words that further customers are made of.
type moreData struct {
	Trades, Names, First, Last, Streets []string
	Towns                               [][2]string
}

func read(name string, into any) error {
	b, err := files.ReadFile("data/" + name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return fmt.Errorf("data/%s: %w", name, err)
	}
	return nil
}

// luhn gives the digit that makes digits pass.
func luhn(digits string) string {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 { // the check digit itself will stand behind
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// siren gives the n-th number of a fictional family: 2nnnnn…c, mostly zeros, as no real
// firm has it (numbers that start with 2 belong to communes, départements and regions).
func siren(n int64) string {
	s := fmt.Sprintf("2%07d", n)
	return s + luhn(s)
}

// siret gives the head office of a firm.
func siret(siren string) string {
	s := siren + "0001"
	return s + luhn(s)
}

// belgianVAT gives a number with a right key from a range that is not given out.
func belgianVAT(n int64) string {
	base := 1_000_0000 + n
	return fmt.Sprintf("BE%08d%02d", base, 97-base%97)
}

// e4 reads a decimal of the data as a number scaled 10^4.
func e4(text string) (int64, error) {
	f, err := strconv.ParseFloat(text, 64)
	return int64(f*1e4 + 0.5), err
}
