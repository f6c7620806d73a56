namespace Rubato.Goldens;

/// <summary>What passes, fails or is skipped as one: a case, or an entry of its <c>cases</c>.</summary>
/// <param name="Name">Unique in a set.</param>
/// <param name="Outputs">Everything that there is to compare; a unit that forgets one fails.</param>
/// <param name="Run">
/// Computes and compares. Throws <see cref="NotBuiltException"/> where Rubato lacks something that the case names.
/// </param>
internal sealed record Unit(string Name, IReadOnlyList<string> Outputs, Action<Comparison> Run);

/// <summary>A kind of case, by the word <c>family</c> in its description.</summary>
internal interface IFamily
{
    /// <summary>The units of a case, in its order.</summary>
    IEnumerable<Unit> Units(GoldenCase golden);
}
