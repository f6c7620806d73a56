using System.Globalization;
using System.Text.Json;
using Rubato.Cli.Commands;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Networks;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What is said of a set of pictures, beside what ResNet-56 says of pictures that nobody drew.</summary>
/// <param name="pictures">The set.</param>
/// <param name="reference">What ResNet-56 says of CIFAR-10.</param>
/// <param name="real">What FID is taken to; null without FID.</param>
internal sealed class SetFigures(PictureSet pictures, CifarReference reference, RealPictures? real)
{
    private readonly double? _fid = real is null ? null : pictures.FidTo(real.Statistics);

    public int Count => pictures.Count;

    private double? Distance => pictures.DistanceTo(reference.Training);

    public void Print(IAnsiConsole console)
    {
        PrintResNet(console);
        if (pictures.TextToImage is { } cosine)
        {
            int asked = pictures.Accuracy.Asked;
            console.Line($"CS-t2i {cosine.ToString("0.0000", CultureInfo.InvariantCulture)}: the mean cosine of CLIP's embeddings of "
                + $"{Figures.Number(asked)} picture{(asked == 1 ? "" : "s")} and \"a photo of a {{class}}\"");
        }

        if (real is null) return;
        console.Line(_fid is { } fid
            ? $"FID {Text(fid)}, the Fréchet distance in Inception features to {Figures.Number(real.Count)} pictures of "
                + Printable.Escape(real.Path)
                + (Math.Min(pictures.Count, real.Count) > InceptionV3.Features ? "" : "; of so few pictures it says little")
            : "FID: it takes two pictures or more");
    }

    private void PrintResNet(IAnsiConsole console)
    {
        console.Line(Distance is { } distance
            ? $"Fréchet distance in ResNet-56 features {Text(distance)}, to the 50 000 training pictures of CIFAR-10 (its first 1 017 "
                + $"test pictures: {Text(reference.HeldOutDistance)})"
                + (pictures.Count > ResNet56.Features ? "" : "; of so few pictures it says little")
            : "Fréchet distance in ResNet-56 features: it takes two pictures or more");
        ClassAccuracy accuracy = pictures.Accuracy;
        if (accuracy.Share is not { } share)
        {
            console.Line("Class accuracy: no picture says which class it shows");
            return;
        }

        console.Line($"Class accuracy {Figures.Percent(share)}: ResNet-56 names the class of {Figures.Number(accuracy.Named)} of "
            + $"{Figures.Number(accuracy.Asked)} pictures");
        Table table = Figures.Table("class", ">asked", ">named", ">share");
        for (int c = 0; c < ResNet56.Classes.Count; c++)
        {
            if (accuracy.AskedByClass[c] == 0) continue;
            table.Row(ResNet56.Classes[c], Figures.Number(accuracy.AskedByClass[c]), Figures.Number(accuracy.NamedByClass[c]),
                Figures.Percent((double)accuracy.NamedByClass[c] / accuracy.AskedByClass[c]));
        }

        console.Write(table);
    }

    /// <summary>An object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ClassAccuracy accuracy = pictures.Accuracy;
        json.WriteStartObject();
        Number(json, "frechet_distance", Distance, 6);
        json.WriteString("to", "train50000");
        Number(json, "frechet_distance_of_test1017", reference.HeldOutDistance, 6);
        json.WriteNumber("asked", accuracy.Asked);
        json.WriteNumber("named", accuracy.Named);
        Number(json, "class_accuracy", accuracy.Share, 4);
        json.WriteStartArray("classes");
        for (int c = 0; c < ResNet56.Classes.Count; c++)
        {
            json.WriteStartObject();
            json.WriteString("name", ResNet56.Classes[c]);
            json.WriteNumber("asked", accuracy.AskedByClass[c]);
            json.WriteNumber("named", accuracy.NamedByClass[c]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What was asked for besides: members of the object around.</summary>
    public void WriteFurther(Utf8JsonWriter json)
    {
        if (pictures.Clip is not null)
        {
            json.WriteStartObject("clip");
            json.WriteNumber("asked", pictures.Accuracy.Asked);
            Number(json, "cs_t2i", pictures.TextToImage, 6);
            json.WriteEndObject();
        }

        if (real is null) return;
        json.WriteStartObject("inception");
        Number(json, "fid", _fid, 6);
        json.WriteString("to", real.Path);
        json.WriteNumber("real_pictures", real.Count);
        json.WriteEndObject();
    }

    private static string Text(double distance) => distance.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Number(Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, digits));
        else json.WriteNull(name);
    }
}
