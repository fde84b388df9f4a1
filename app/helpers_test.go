package app_test

import (
	"encoding/json"
	"os"
	"testing"
)

// empty fails unless nothing is in the folder.
func empty(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s appeared in %s", e.Name(), folder)
	}
}

// decode reads JSON that the program answered.
func decode(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%v in %.200s", err, b)
	}
}
