namespace Rubato.Tests;

/// <summary>A test on files that lie outside of the repository, in a folder that an environment variable names.</summary>
internal sealed class TheoryIfSetAttribute : TheoryAttribute
{
    public TheoryIfSetAttribute(string variable)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable))) Skip = $"{variable} names no folder";
    }
}
