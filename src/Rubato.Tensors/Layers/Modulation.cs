namespace Rubato.Tensors.Layers;

/// <summary>Scale and shift that a condition gives to a normalisation: one row a sample.</summary>
internal static class Modulation
{
    public static void Check(Tensor? rows, int samples, int channels, string name)
    {
        if (rows is not null && (rows.Shape.Rank != 2 || rows.Shape[0] != samples || rows.Shape[1] != channels))
            throw new ArgumentException($"The {name} must have the shape [{samples}, {channels}], not {rows.Shape}.", name);
    }
}
