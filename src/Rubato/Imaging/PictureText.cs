namespace Rubato.Imaging;

/// <summary>
/// A text that travels with a picture. It is for people: never a path to open, never options without the checks that the
/// command line gets, and escaped before it goes to a terminal.
/// </summary>
/// <param name="Keyword">1 to 79 characters of Latin-1.</param>
/// <param name="Text">Any text without NUL.</param>
public readonly record struct PictureText(string Keyword, string Text);
