using System.Text.RegularExpressions;
using Rubato.Tests;

namespace Rubato.Cli.Tests;

/// <summary>
/// What the command says, compared with approved texts, without what differs from run to run.
/// </summary>
internal static class Approved
{
    /// <param name="name">Of the file, without its extension.</param>
    /// <param name="text">What the command says; see <paramref name="folder"/>.</param>
    /// <param name="folder">A path that stands as FOLDER in the file. Seconds stand as 0, criteria with four digits, the set of kernels as KERNELS.</param>
    public static void Verify(string name, string text, string? folder = null)
    {
        string stable = folder is null ? text : text.Replace(folder + Path.DirectorySeparatorChar,
            "FOLDER/").Replace(folder, "FOLDER");
        stable = Regex.Replace(stable, "(?<=seconds\":)[0-9.E-]+", "0", RegexOptions.None, TimeSpan.FromSeconds(5));
        // The last digits of a criterion are the business of the kernels' tests.
        stable = Regex.Replace(stable, "(?<=\"value\":[0-9]+[.][0-9]{4})[0-9]+", "", RegexOptions.None,
            TimeSpan.FromSeconds(5));
        stable = stable.Replace($"\"kernels\":\"{Tensors.Kernels.KernelSet.Current.Name}\"",
            "\"kernels\":\"KERNELS\"").ReplaceLineEndings("\n");
        ApprovedFile.Compare("Rubato.Cli.Tests", name, stable);
    }
}
