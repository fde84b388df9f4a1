package mail

import "testing"

func TestHeadingsStandApart(t *testing.T) {
	const md = "# Conditions\n\n## 1. Délai & forme\nTrente jours.\n"
	if got, want := HTML(md), "<p><strong>Conditions</strong></p>\n<p><strong>1. Délai &amp; forme</strong></p>\n<p>Trente jours.</p>"; got != want {
		t.Errorf("page: %q, expected %q", got, want)
	}
	if got, want := toText(md), "Conditions\n\n1. Délai & forme\n\nTrente jours."; got != want {
		t.Errorf("text: %q, expected %q", got, want)
	}
	if got := HTML("# <script>x</script>[a](javascript:1)"); got != "<p><strong>xa</strong></p>" {
		t.Errorf("a heading that is not safe: %q", got)
	}
}
