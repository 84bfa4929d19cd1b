/// A cell of a CSV file, in quotes where it needs them.
func csvField(_ text: String) -> String {
  text.contains { ",\"\n\r".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
}
