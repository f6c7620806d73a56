namespace Rubato.Goldens;

/// <summary>A case asks for a class, an operation or an option that Rubato does not have yet: it is skipped.</summary>
/// <param name="reason">What is missing, by name; cases with the same reason are counted together.</param>
internal sealed class NotBuiltException(string reason) : NotSupportedException(reason);
