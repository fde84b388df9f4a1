package tax

import (
	"comptoir/core/civil"
	"comptoir/rules/billing"
)

var (
	since2014 = civil.MustParse("2014-01-01")
	since2013 = civil.MustParse("2013-01-01")
)

// Sources, as the owner reads them in the settings.
const (
	cgi         = "CGI art. 278 à 281 nonies"
	revenuQC    = "revenuquebec.ca"
	unconfirmed = "à confirmer"
)

var rates = []Rate{
	french("FR-20", "FR", 20000), french("FR-10", "FR", 10000), french("FR-5.5", "FR", 5500), french("FR-2.1", "FR", 2100),
	without("FR-FRANCHISE", billing.Exempt, "mention.fr.franchise", "VATEX-FR-FRANCHISE", "CGI art. 293 B"),
	without("FR-FRANCHISE-Z", billing.ZeroRated, "mention.fr.franchise", "", "CGI art. 293 B ; FNFE G1.47"),
	without("FR-AE-BTP", billing.ReverseCharge, "mention.fr.reverse_charge_building", "VATEX-EU-AE", "CGI art. 283-2 nonies"),
	without("FR-AE-UE", billing.ReverseCharge, "mention.fr.reverse_charge_eu", "VATEX-EU-AE", "CGI art. 283-2 ; directive 2006/112/CE art. 44"),
	without("FR-K", billing.IntraEU, "mention.fr.intra_eu", "VATEX-EU-IC", "CGI art. 262 ter, I"),
	without("FR-G", billing.Export, "mention.fr.export", "VATEX-EU-G", "CGI art. 262, I"),
	without("FR-O", billing.OutOfScope, "mention.fr.out_of_scope", "VATEX-EU-O", "CGI art. 259-1"),
	without("FR-E-FORMATION", billing.Exempt, "mention.fr.exempt_training", "VATEX-FR-CGI261-4", "CGI art. 261-4-4° a"),
	without("FR-E-SANTE", billing.Exempt, "mention.fr.exempt_medical", "VATEX-FR-CGI261-4", "CGI art. 261-4-1°"),
	without("FR-E-275", billing.Exempt, "mention.fr.exempt_275", "VATEX-FR-CGI275", "CGI art. 275"),
	without("FR-M-OCCASION", billing.Exempt, "mention.fr.margin_second_hand", "VATEX-EU-F", "CGI art. 297 A"),
	without("FR-M-ART", billing.Exempt, "mention.fr.margin_art", "VATEX-EU-I", "CGI art. 297 A"),
	without("FR-M-COLLECTION", billing.Exempt, "mention.fr.margin_collectors", "VATEX-EU-J", "CGI art. 297 A"),
	without("FR-M-VOYAGE", billing.Exempt, "mention.fr.margin_travel", "VATEX-EU-D", "CGI art. 266-1 e"),
	without("FR-CNWVAT", billing.Exempt, "mention.fr.net_of_tax", "VATEX-FR-CNWVAT", "CGI art. 272"),
	french("FR-DOM-8.5", "FR-DOM", 8500), french("FR-DOM-2.1", "FR-DOM", 2100), french("FR-DOM-1.75", "FR-DOM", 1750), french("FR-DOM-1.05", "FR-DOM", 1050),
	french("FR-COR-13", "FR-COR", 13000), french("FR-COR-0.9", "FR-COR", 900),
	canadian("QC-TPS", "QC", "TPS", "GST", 5000, "2008-01-01", "", true),
	canadian("QC-TVQ", "QC", "TVQ", "QST", 9975, "2013-01-01", "", true),
	{Code: "QC-DETAXE", Jurisdiction: "QC", NameFR: "TPS/TVQ", NameEN: "GST/QST", Category: billing.ZeroRated, From: since2013, Source: unconfirmed},
	{Code: "QC-EXONERE", Jurisdiction: "QC", NameFR: "TPS/TVQ", NameEN: "GST/QST", Category: billing.Exempt, From: since2013, Source: unconfirmed},
	canadian("CA-TPS", "CA", "TPS", "GST", 5000, "2008-01-01", "", false),
	canadian("CA-ON-TVH", "CA-ON", "TVH", "HST", 13000, "2010-07-01", "", false),
	canadian("CA-NB-TVH", "CA-NB", "TVH", "HST", 15000, "2016-07-01", "", false),
	canadian("CA-NL-TVH", "CA-NL", "TVH", "HST", 15000, "2016-07-01", "", false),
	canadian("CA-PE-TVH", "CA-PE", "TVH", "HST", 15000, "2016-10-01", "", false),
	canadian("CA-NS-TVH-15", "CA-NS", "TVH", "HST", 15000, "2010-07-01", "2025-03-31", false),
	canadian("CA-NS-TVH", "CA-NS", "TVH", "HST", 14000, "2025-04-01", "", false),
	foreign("BE-21", "BE", 21000), foreign("BE-12", "BE", 12000), foreign("BE-6", "BE", 6000),
	foreign("LU-17", "LU", 17000), foreign("LU-14", "LU", 14000), foreign("LU-8", "LU", 8000), foreign("LU-3", "LU", 3000),
	foreign("CH-8.1", "CH", 8100), foreign("CH-3.8", "CH", 3800), foreign("CH-2.6", "CH", 2600),
	{Code: LateFeesCode, NameFR: "Frais de retard", NameEN: "Late fees", Category: billing.OutOfScope, Mention: "mention.late_fees", VATEX: "VATEX-EU-O", From: since2013, Confirmed: true, Source: "C. com. L441-10 ; BOI-TVA-BASE-10-10-30"},
	{Code: NoTax, NameFR: "Taxe", NameEN: "Tax", Category: billing.OutOfScope, From: since2013, Confirmed: true, Source: "—"},
}

// LateFeesCode is the row under which interest and indemnity are invoiced: they make good a
// loss and pay for nothing, so they bear no tax (RF 4.4); the books know them by it.
const LateFeesCode = "LATE-FEES"

// NoTax is the row of firms and sales that bear no tax at all.
const NoTax = "NONE"

func french(code, jurisdiction string, pcm int64) Rate {
	return Rate{Code: code, Jurisdiction: jurisdiction, NameFR: "TVA", NameEN: "VAT", Category: billing.Standard, RatePCM: pcm, From: since2014, Confirmed: true, Source: cgi}
}

func without(code string, category billing.Category, mention, vatex, source string) Rate {
	return Rate{Code: code, Jurisdiction: "FR", NameFR: "TVA", NameEN: "VAT", Category: category, Mention: mention, VATEX: vatex, From: since2014, Confirmed: true, Source: source}
}

func canadian(code, jurisdiction, fr, en string, pcm int64, from, to string, confirmed bool) Rate {
	r := Rate{Code: code, Jurisdiction: jurisdiction, NameFR: fr, NameEN: en, Category: billing.Standard, RatePCM: pcm, From: civil.MustParse(from), Confirmed: confirmed, Source: unconfirmed}
	if confirmed {
		r.Source = revenuQC
	}
	if to != "" {
		r.To = civil.MustParse(to)
	}
	return r
}

// foreign rates come from secondary sources (RF §6.2).
func foreign(code, country string, pcm int64) Rate {
	return Rate{Code: code, Jurisdiction: country, NameFR: "TVA", NameEN: "VAT", Category: billing.Standard, RatePCM: pcm, From: civil.MustParse("2024-01-01"), Source: unconfirmed}
}

// The half-years of 2026 are in RF §4.4; the second one was not published where we could
// look, and those before 2026 are from general knowledge: all but one are to be confirmed.
var lateRates = []LateRate{
	half("2024-01-01", "2024-06-30", 14500, 15210, false), half("2024-07-01", "2024-12-31", 14250, 14760, false),
	half("2025-01-01", "2025-06-30", 13150, 11130, false), half("2025-07-01", "2025-12-31", 12150, 8280, false),
	half("2026-01-01", "2026-06-30", 12150, 7860, true), half("2026-07-01", "2026-12-31", 12150, 7860, false),
}

func half(from, to string, pcm, floor int64, confirmed bool) LateRate {
	r := LateRate{Country: "FR", From: civil.MustParse(from), To: civil.MustParse(to), DefaultPCM: pcm, FloorPCM: floor, Confirmed: confirmed, Source: unconfirmed}
	if confirmed {
		r.Source = "C. com. L441-10 ; arrêté du 15 décembre 2025"
	}
	return r
}
