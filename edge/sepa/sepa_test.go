package sepa_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/edge/sepa"
	rules "comptoir/rules/sepa"
)

var martin = rules.Party{Name: "ATELIER MARTIN SARL", IBAN: "FR76 3000 6000 0112 3456 7890 189", BIC: "AGRIFRPPXXX"}

func collection() rules.Collection {
	return rules.Collection{MessageID: "PRLV-20261121-001", CreatedAt: "2026-11-21T10:00:00+01:00", Creditor: martin, ICS: "FR72ZZZ123456", Scheme: rules.Core, On: civil.MustParse("2026-12-15"),
		Debits: []rules.Debit{{EndToEnd: "FA-2026-0002", Mandate: "RUM-C0001-2026", SignedOn: civil.MustParse("2026-01-15"), Sequence: rules.Recurring, AmountMinor: 148151, About: "FA-2026-0002",
			Debtor: rules.Party{Name: "DUPONT FRÈRES SAS", IBAN: "FR7610107001011234567890129", Address: rules.Address{Street: "avenue de la Gare", Building: "5", PostCode: "38000", Town: "Grenoble", Country: "FR"}}}}}
}

func orders() rules.Orders {
	own := martin
	own.Address = rules.Address{Street: "rue des Lilas", Building: "12", PostCode: "69003", Town: "Lyon", Country: "FR"}
	return rules.Orders{MessageID: "VIR-20261121-001", CreatedAt: "2026-11-21T10:00:00+01:00", Debtor: own, On: civil.MustParse("2026-11-23"), Transfers: []rules.Transfer{
		{EndToEnd: "F8812", AmountMinor: 36000, About: "F8812", Creditor: rules.Party{Name: "MARTIN CONSEIL", IBAN: "FR7610107001011234567890129", Address: rules.Address{Street: "cours Lafayette", Building: "8", PostCode: "69006", Town: "Lyon", Country: "FR"}}},
		{AmountMinor: 4799, Reference: "RF18539007547034", Creditor: rules.Party{Name: "ORANGE", IBAN: "FR1420041010050500013M02606"}},
	}}
}

// The files of the facts, byte by byte.
func TestGoldens(t *testing.T) {
	debits, err := sepa.Files{}.Debits(collection())
	if err != nil {
		t.Fatal(err)
	}
	transfers, err := sepa.Files{}.Transfers(orders())
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"prelevement.pain.008.001.08.xml": debits, "virement.pain.001.001.09.xml": transfers} {
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		// The facts' debtor was typed without its accent, as ours is written.
		if string(got) != strings.ReplaceAll(string(want), "FRÈRES", "FRERES") {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// A mandate signed for another identifier, or under another name, says so (EPC130, AT-T018).
func TestAmendedMandate(t *testing.T) {
	c := collection()
	c.Debits[0].Was = rules.Identity{ICS: "FR19ZZZ654321", Name: "Atelier Évreux"}
	got, err := sepa.Files{}.Debits(c)
	if err != nil {
		t.Fatal(err)
	}
	want := "<DtOfSgntr>2026-01-15</DtOfSgntr><AmdmntInd>true</AmdmntInd><AmdmntInfDtls><OrgnlCdtrSchmeId><Nm>Atelier Evreux</Nm><Id><PrvtId><Othr><Id>FR19ZZZ654321</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></OrgnlCdtrSchmeId></AmdmntInfDtls></MndtRltdInf>"
	if !strings.Contains(string(got), want) {
		t.Errorf("%s", got)
	}
}

func TestRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*rules.Collection)
		key    string
	}{
		"no debits":            {func(c *rules.Collection) { c.Debits = nil }, "fault.sepa.empty"},
		"Sunday":               {func(c *rules.Collection) { c.On = civil.MustParse("2026-12-13") }, "fault.sepa.day"},
		"Christmas":            {func(c *rules.Collection) { c.On = civil.MustParse("2026-12-25") }, "fault.sepa.day"},
		"creditor id":          {func(c *rules.Collection) { c.ICS = "FR73ZZZ123456" }, "fault.ident.ics_check"},
		"scheme":               {func(c *rules.Collection) { c.Scheme = "COR1" }, "fault.sepa.scheme"},
		"mandate of an accent": {func(c *rules.Collection) { c.Debits[0].Mandate = "RUM-É" }, "fault.sepa.rum"},
		"signed that day":      {func(c *rules.Collection) { c.Debits[0].SignedOn = c.On }, "fault.sepa.signed"},
		"nothing":              {func(c *rules.Collection) { c.Debits[0].AmountMinor = 0 }, "fault.sepa.amount"},
		"former identifier":    {func(c *rules.Collection) { c.Debits[0].Was.ICS = "FR73ZZZ123456" }, "fault.ident.ics_check"},
		"former name":          {func(c *rules.Collection) { c.Debits[0].Was.Name = "漢字" }, "fault.sepa.name"},
		"sequence":             {func(c *rules.Collection) { c.Debits[0].Sequence = "NEXT" }, "fault.sepa.sequence"},
		"account":              {func(c *rules.Collection) { c.Debits[0].Debtor.IBAN = "FR7610107001011234567890128" }, "fault.ident.iban_check"},
		"no name":              {func(c *rules.Collection) { c.Debits[0].Debtor.Name = " //" }, "fault.sepa.name"},
		"long id":              {func(c *rules.Collection) { c.MessageID = strings.Repeat("A", 27) }, "fault.sepa.id"},
	} {
		c := collection()
		tc.change(&c)
		_, err := sepa.Files{}.Debits(c)
		if e, ok := fault.As(err); !ok || e.Key != tc.key {
			t.Errorf("%s: %v, want %s", name, err, tc.key)
		}
	}
}

var ibans = []string{"FR7630006000011234567890189", "FR7610107001011234567890129", "FR1420041010050500013M02606", "DE89370400440532013000"}

func party(t *rapid.T) rules.Party {
	p := rules.Party{Name: "N" + rapid.StringN(0, 80, 200).Draw(t, "name"), IBAN: rapid.SampledFrom(ibans).Draw(t, "iban"), BIC: rapid.SampledFrom([]string{"", "AGRIFRPP", "AGRIFRPPXXX"}).Draw(t, "bic")}
	if rapid.Bool().Draw(t, "addressed") {
		p.Address = rules.Address{Street: rapid.String().Draw(t, "street"), Building: rapid.String().Draw(t, "building"), PostCode: rapid.String().Draw(t, "code"), Town: rapid.String().Draw(t, "town"), Country: rapid.SampledFrom([]string{"FR", "DE", ""}).Draw(t, "country")}
	}
	return p
}

func id(t *rapid.T, name string) string {
	return rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9.+-]{0,33}[A-Za-z0-9]`).Draw(t, name)
}

func cents(t *rapid.T) int64 { return rapid.Int64Range(1, 999_999_999_99).Draw(t, "cents") }

func day(t *rapid.T) civil.Date {
	return rules.NextBusiness(civil.MustParse("2026-01-01").AddDays(rapid.IntRange(0, 3000).Draw(t, "day")))
}

// Whatever is ordered, the file is one that a bank takes: our own check of its structure
// always, the published schema where its folder is named (see testdata/README.md).
func TestEveryFileIsTaken(t *testing.T) {
	schema := os.Getenv("COMPTOIR_SEPA_XSD")
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		c := rules.Collection{MessageID: rapid.StringMatching(`[A-Z0-9][A-Z0-9-]{0,24}[A-Z0-9]`).Draw(t, "message"), CreatedAt: "2026-11-21T10:00:00.000Z", Creditor: party(t), ICS: "FR72ZZZ123456",
			Scheme: rapid.SampledFrom(rules.Schemes()).Draw(t, "scheme"), On: day(t)}
		o := rules.Orders{MessageID: c.MessageID, CreatedAt: c.CreatedAt, Debtor: c.Creditor, On: c.On}
		var sum int64
		n := rapid.IntRange(1, 6).Draw(t, "orders")
		for range n {
			minor := cents(t)
			sum += minor
			about := rapid.String().Draw(t, "about")
			c.Debits = append(c.Debits, rules.Debit{EndToEnd: id(t, "e2e"), Mandate: id(t, "rum"), SignedOn: c.On.AddDays(-1 - rapid.IntRange(0, 900).Draw(t, "signed")),
				Sequence: rapid.SampledFrom([]string{rules.First, rules.Recurring, rules.OneOff, rules.Final}).Draw(t, "sequence"), AmountMinor: minor, Debtor: party(t), About: about,
				Was: rapid.SampledFrom([]rules.Identity{{}, {}, {ICS: "FR19 ZZZ 654321"}, {Name: "Ancien nom & Cie"}, {ICS: "DE98ZZZ09999999999", Name: "Früher GmbH"}}).Draw(t, "was")})
			o.Transfers = append(o.Transfers, rules.Transfer{EndToEnd: id(t, "e2e"), AmountMinor: minor, Creditor: party(t), About: about, Reference: rapid.SampledFrom([]string{"", "RF18539007547034"}).Draw(t, "rf")})
		}
		debits, err := sepa.Files{}.Debits(c)
		if err != nil {
			t.Fatal(err)
		}
		transfers, err := sepa.Files{}.Transfers(o)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := sepa.Files{}.Debits(c)
		if string(again) != string(debits) {
			t.Fatal("the same order gave another file")
		}
		for kind, content := range map[string][]byte{"pain.008.001.08": debits, "pain.001.001.09": transfers} {
			if err := judge(content, n, sum); err != nil {
				t.Fatalf("%s: %v\n%s", kind, err, content)
			}
			if schema == "" {
				continue
			}
			path := filepath.Join(dir, kind+".xml")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("xmllint", "--noout", "--schema", filepath.Join(schema, kind+".xsd"), path).CombinedOutput(); err != nil {
				t.Fatalf("%s: %s\n%s", kind, out, content)
			}
		}
	})
}

// order is how the elements of each parent follow one another in the messages of 2019, as patterns
// over their names.
var order = map[string]string{
	"Document":          "(CstmrDrctDbtInitn |CstmrCdtTrfInitn )",
	"CstmrDrctDbtInitn": "GrpHdr (PmtInf )+",
	"CstmrCdtTrfInitn":  "GrpHdr (PmtInf )+",
	"GrpHdr":            "MsgId CreDtTm NbOfTxs CtrlSum InitgPty ",
	"InitgPty":          "Nm ",
	"PmtInf": "PmtInfId PmtMtd (BtchBookg )?NbOfTxs CtrlSum PmtTpInf (ReqdColltnDt Cdtr CdtrAcct CdtrAgt ChrgBr CdtrSchmeId (DrctDbtTxInf )+|" +
		"ReqdExctnDt Dbtr DbtrAcct DbtrAgt ChrgBr (CdtTrfTxInf )+)",
	"PmtTpInf":      "SvcLvl (LclInstrm SeqTp )?",
	"DrctDbtTxInf":  "PmtId InstdAmt DrctDbtTx DbtrAgt Dbtr DbtrAcct (RmtInf )?",
	"CdtTrfTxInf":   "PmtId Amt (CdtrAgt )?Cdtr CdtrAcct (RmtInf )?",
	"MndtRltdInf":   "MndtId DtOfSgntr (AmdmntInd AmdmntInfDtls )?",
	"AmdmntInfDtls": "OrgnlCdtrSchmeId ", "OrgnlCdtrSchmeId": "(Nm )?(Id )?", "CdtrSchmeId": "Id ", "PrvtId": "Othr ",
	"Dbtr":       "Nm (PstlAdr )?",
	"Cdtr":       "Nm (PstlAdr )?",
	"PstlAdr":    "(StrtNm )?(BldgNb )?(PstCd )?TwnNm Ctry ",
	"RmtInf":     "(Ustrd |Strd )",
	"FinInstnId": "(BICFI |Othr )",
}

// shapes are what the texts of elements look like.
var shapes = map[string]*regexp.Regexp{
	"MsgId": limited(35), "PmtInfId": limited(35), "EndToEndId": limited(35), "MndtId": limited(35), "Nm": limited(70), "Ustrd": limited(140), "StrtNm": limited(70), "BldgNb": limited(16), "PstCd": limited(16), "TwnNm": limited(35),
	"Ctry": regexp.MustCompile(`^[A-Z]{2}$`), "IBAN": regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$`), "BICFI": regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`),
	"InstdAmt": money, "CtrlSum": money, "NbOfTxs": regexp.MustCompile(`^[0-9]{1,15}$`), "ReqdColltnDt": date, "Dt": date, "DtOfSgntr": date, "SeqTp": regexp.MustCompile(`^(FRST|RCUR|OOFF|FNAL)$`),
}

var (
	money = regexp.MustCompile(`^[0-9]{1,15}\.[0-9]{2}$`)
	date  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

func limited(n int) *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`^[a-zA-Z0-9/?:().,'+ -]{1,%d}$`, n))
}

// judge walks a file: the order of its elements, the shape of its texts, its sums.
func judge(content []byte, orders int, sum int64) error {
	d := xml.NewDecoder(strings.NewReader(string(content)))
	type open struct{ name, children, text string }
	stack := []*open{{}}
	amounts, sums, found := int64(0), []string{}, 0
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		top := stack[len(stack)-1]
		switch x := token.(type) {
		case xml.StartElement:
			top.children += x.Name.Local + " "
			stack = append(stack, &open{name: x.Name.Local})
		case xml.CharData:
			top.text += string(x)
		case xml.EndElement:
			if want, known := order[top.name]; known && !regexp.MustCompile("^("+want+")$").MatchString(top.children) {
				return fmt.Errorf("%s has %s", top.name, top.children)
			}
			if shape, known := shapes[top.name]; known && !shape.MatchString(top.text) {
				return fmt.Errorf("%s: %q", top.name, top.text)
			}
			switch top.name {
			case "InstdAmt":
				var whole, cents int64
				if _, err := fmt.Sscanf(top.text, "%d.%d", &whole, &cents); err != nil {
					return err
				}
				amounts, found = amounts+whole*100+cents, found+1
			case "CtrlSum":
				sums = append(sums, top.text)
			}
			stack = stack[:len(stack)-1]
		}
	}
	if found != orders || amounts != sum || sums[0] != fmt.Sprintf("%d.%02d", sum/100, sum%100) {
		return fmt.Errorf("%d orders of %d, said %v", found, amounts, sums)
	}
	return nil
}
