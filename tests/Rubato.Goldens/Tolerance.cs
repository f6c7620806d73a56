using System.Text.Json;

namespace Rubato.Goldens;

/// <summary>How far a tensor may be off: absolute + relative * max |want|. One number for the whole tensor.</summary>
internal readonly record struct Tolerance(double Absolute, double Relative)
{
    public static readonly Tolerance Exact = new(0, 0);

    /// <summary>Reads <c>{"atol": .., "rtol": ..}</c>; a part that is missing is 0.</summary>
    public static Tolerance Read(JsonElement json) => new(Part(json, "atol"), Part(json, "rtol"));

    private static double Part(JsonElement json, string name)
        => json.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
}
