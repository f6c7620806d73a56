using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Rubato.Cli.Tests;

/// <summary>
/// Texts that somebody has read and found right: compared word by word with a file in Approved. RUBATO_APPROVE=1
/// writes the files anew; the difference is for a reviewer.
/// </summary>
internal static class Approved
{
    private const string Variable = "RUBATO_APPROVE";

    /// <param name="name">Of the file, without its extension.</param>
    /// <param name="text">What the command says; see <paramref name="folder"/>.</param>
    /// <param name="folder">A path that stands as FOLDER in the file. Seconds stand as 0, criteria with four digits, the set of kernels as KERNELS.</param>
    /// <param name="source">The caller's file.</param>
    public static void Verify(string name, string text, string? folder = null, [CallerFilePath] string source = "")
    {
        string stable = folder is null ? text : text.Replace(folder + Path.DirectorySeparatorChar, "FOLDER/").Replace(folder, "FOLDER");
        stable = Regex.Replace(stable, "(?<=seconds\":)[0-9.E-]+", "0", RegexOptions.None, TimeSpan.FromSeconds(5));
        // The last digits of a criterion are the business of the kernels' tests.
        stable = Regex.Replace(stable, "(?<=\"value\":[0-9]+[.][0-9]{4})[0-9]+", "", RegexOptions.None, TimeSpan.FromSeconds(5));
        stable = stable.Replace($"\"kernels\":\"{Tensors.Kernels.KernelSet.Current.Name}\"", "\"kernels\":\"KERNELS\"").ReplaceLineEndings("\n");
        string path = Path.Combine(Path.GetDirectoryName(source)!, "Approved", name + ".txt");
        if (Environment.GetEnvironmentVariable(Variable) == "1") File.WriteAllText(path, stable);
        Assert.True(File.Exists(path), $"{path} is missing; {Variable}=1 writes it.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), stable);
    }
}
