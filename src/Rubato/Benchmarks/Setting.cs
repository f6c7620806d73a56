using System.Globalization;

namespace Rubato.Benchmarks;

/// <summary>What a full run is, and so what all runs that are compared with it have in common.</summary>
/// <param name="Solver">By the name that the command knows it by.</param>
/// <param name="Steps">Of the grid.</param>
/// <param name="Guidance">w; 1 asks for one branch a step, others for two.</param>
/// <param name="HasClass">Whether samples show a class: that of the seed, in turn; else none.</param>
/// <param name="Schedule">Of the grid; null for the solver's own.</param>
internal sealed record Setting(string Solver, int Steps, double Guidance, bool HasClass, string? Schedule = null)
{
    /// <summary>Forwards of a step that evaluates.</summary>
    public int Branches => Guidance == 1 ? 1 : 2;

    /// <summary>The key of a run among those of one model.</summary>
    /// <param name="seed">Of the sample.</param>
    /// <param name="rest">What else the run depends on.</param>
    public string KeyOf(long seed, string rest) => string.Create(CultureInfo.InvariantCulture,
        $"{Solver} {Steps}{(Schedule is null ? "" : $" on {Schedule}")} w={Guidance} {(HasClass ? "class" : "none")} seed={seed} {rest}");

    /// <summary>What a person calls it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"{Solver}, {Steps} steps{(HasClass ? ", class-conditional" : "")}{(Guidance == 1 ? "" : $", guidance {Guidance}")}");
}
